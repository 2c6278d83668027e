using Handstamp.Client.Tests;
using Handstamp.Client.Tests.Processes;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// The suite, or one of the processes that a test starts to share a store or to be killed.
if (args is [nameof(ChildProcess), .. var task]) return await Child.RunAsync(task);
if (args is [nameof(StoreChild), .. var store]) return await StoreChild.RunAsync(store);
if (args is [nameof(ProxyChild), var url]) return await ProxyChild.RunAsync(url);

// Do not use the keyring of the user who runs the suite.
Environment.SetEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS", null);

return args.Contains("--server")
    ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
