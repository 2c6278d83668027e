using Handstamp.Storage.Tests;
using Handstamp.Storage.Tests.Sqlite;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// The suite, or a separate process that a test starts in order to kill it or to fill its disk.
if (args is [nameof(ChildProcess), .. var task]) return await ChildProcess.RunAsync(task);

return args.Contains("--server")
    ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
