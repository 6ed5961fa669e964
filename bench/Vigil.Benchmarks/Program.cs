using Vigil.Benchmarks;

return args.FirstOrDefault() switch
{
    "scoring" => ScoringBenchmark.Run(),
    "training" => TrainingBenchmark.Run(args[1..]),
    "decisions" when args.Length is 3 or 4 => DecisionBenchmark.Run(args[1], args[2], args.ElementAtOrDefault(3)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("benchmarks: scoring | decisions DATA.csv.gz SET [MODEL.json] | training [--data FILE.npy] [--rows N] [--rounds N] [--depth N] [--bins N] [--threads N] [--repeat N]");
    return 2;
}
