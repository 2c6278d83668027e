using Handstamp.Proof;
using Handstamp.Proof.Long;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// The suite, or the long form of one of its proofs for ./prove.
if (args is ["prove", .. var asked]) return await ProveCommand.RunAsync(asked);

return args.Contains("--server")
    ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
