using Handstamp.Client.Tests;
using Handstamp.Client.Tests.Processes;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// The suite; or one of the processes that a test starts, to share a store or to be killed.
if (args is [nameof(ChildProcess), .. var task]) return await Child.RunAsync(task);

return args.Contains("--server")
    ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
