using Handstamp.Rig;
using Handstamp.Rig.Load;

var root = Environment.GetEnvironmentVariable("BENCH_ROOT")
    ?? throw new InvalidOperationException("Start bench/run: it builds what is measured here.");
try
{
    Measurements.Run(Settings.Parse(root, args));
    return 0;
}
catch (Exception fault) when (fault is UnexpectedAnswerException or ArgumentException or InvalidOperationException)
{
    Console.Error.WriteLine(fault.Message);
    return 1;
}
