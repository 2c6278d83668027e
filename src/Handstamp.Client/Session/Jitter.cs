using System.Security.Cryptography;

namespace Handstamp.Client.Session;

/// <summary>Random moments that nobody can predict.</summary>
static class Jitter
{
    const int Steps = 1 << 20;

    /// <summary>From 0 to 1.</summary>
    public static double Next() => RandomNumberGenerator.GetInt32(Steps) / (double)Steps;
}
