using Handstamp.Cluster;
using Handstamp.Cluster.Machines;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// All of it runs in a room of its own. There: the suite, or its long form, which ./prove cluster asks for.
if (!Room.IsEntered) return Room.Enter(args);
if (args is ["prove", .. var asked]) return await ClusterProof.Command().Parse(asked[1..]).InvokeAsync();

return args.Contains("--server")
    ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
