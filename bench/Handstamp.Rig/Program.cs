using Handstamp.Rig;
using Handstamp.Rig.Capacity;
using Handstamp.Rig.Load;

var root = Environment.GetEnvironmentVariable("BENCH_ROOT")
    ?? throw new InvalidOperationException("Start bench/run, which builds the programs to measure.");
try
{
    var settings = Settings.Parse(root, args);
    if (settings.Capacity) CapacityPage.Rewrite(root);
    else Measurements.Run(settings);
    return 0;
}
catch (Exception fault) when (fault is UnexpectedAnswerException or ArgumentException or InvalidOperationException)
{
    Console.Error.WriteLine(fault.Message);
    return 1;
}
