using System.CommandLine;
using Handstamp.Proof.Tests.Events;
using Handstamp.Proof.Tests.Faults;
using Handstamp.Proof.Tests.Feed;
using Handstamp.Proof.Tests.Flood;
using Handstamp.Proof.Tests.Fuzz;
using Handstamp.Proof.Tests.Growth;
using Handstamp.Proof.Tests.Mutants;
using Handstamp.Proof.Tests.Revocation;
using Handstamp.Proof.Tests.Rotation;
using Handstamp.Proof.Tests.Size;
using Handstamp.Proof.Tests.Theft;
using Handstamp.Proof.Tests.Timing;

namespace Handstamp.Proof.Tests.Long;

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
