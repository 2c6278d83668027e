using System.CommandLine;

namespace Handstamp.Proof.Long;

/// <summary>A bound of a long run that the command line can set.</summary>
static class Bound
{
    public static Option<int> Of(string name, int value) => new(name) { DefaultValueFactory = _ => value };
}
