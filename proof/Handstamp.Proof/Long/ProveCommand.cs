using System.CommandLine;
using Handstamp.Proof.Events;
using Handstamp.Proof.Faults;
using Handstamp.Proof.Feed;
using Handstamp.Proof.Flood;
using Handstamp.Proof.Fuzz;
using Handstamp.Proof.Growth;
using Handstamp.Proof.Mutants;
using Handstamp.Proof.Revocation;
using Handstamp.Proof.Rotation;
using Handstamp.Proof.Size;
using Handstamp.Proof.Theft;
using Handstamp.Proof.Timing;

namespace Handstamp.Proof.Long;

/// <summary>The long forms: <c>./prove NAME</c> runs one and writes its result to <c>docs/proof/NAME.md</c>.</summary>
static class ProveCommand
{
    public static Task<int> RunAsync(string[] arguments) => Root().Parse(arguments).InvokeAsync();

    static RootCommand Root() => new("Runs a proof in its long form and writes its result to docs/proof.")
    {
        FaultProof.Faults(),
        FaultProof.Kill(),
        FaultProof.Disk(),
        FaultProof.Trail(),
        EventProof.Command(),
        FeedProof.Command(),
        FloodProof.Command(),
        FuzzProof.Command(),
        GrowthProof.Command(),
        MutantProof.Command(),
        RevocationProof.Command(),
        RotationProof.Command(),
        SizeProof.Command(),
        TheftProof.Command(),
        TimingProof.Command(),
    };
}
