return await Handstamp.Host.CommandLine.RunAsync(args);
