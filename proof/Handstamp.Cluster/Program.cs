using Handstamp.Cluster;
using Handstamp.Cluster.Machines;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// Everything runs in its own namespaces: the suite, or its long form for ./prove cluster.
if (!Room.IsEntered) return Room.Enter(args);
if (args is ["prove", .. var asked]) return await ClusterProof.Command().Parse(asked[1..]).InvokeAsync();

return args.Contains("--server")
    ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
