using Vigil.Benchmarks;

return args.FirstOrDefault() switch
{
    "scoring" => ScoringBenchmark.Run(),
    "training" => TrainingBenchmark.Run(args[1..]),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("benchmarks: scoring | training [--data FILE.npy] [--rows N] [--rounds N] [--depth N] [--bins N] [--threads N] [--repeat N]");
    return 2;
}
