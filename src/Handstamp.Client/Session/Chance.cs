using System.Security.Cryptography;

namespace Handstamp.Client.Session;

/// <summary>Random moments, which nobody can foresee.</summary>
static class Chance
{
    const int Steps = 1 << 20;

    /// <summary>From 0 to 1.</summary>
    public static double Draw() => RandomNumberGenerator.GetInt32(Steps) / (double)Steps;
}
