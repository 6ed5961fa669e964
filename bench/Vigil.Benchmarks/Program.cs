using System.Globalization;
using Vigil.Benchmarks;
using Vigil.Benchmarks.Rules;

return args.FirstOrDefault() switch
{
    "scoring" => ScoringBenchmark.Run(),
    "shap" => ShapBenchmark.Run(),
    "training" => TrainingBenchmark.Run(args[1..]),
    "decisions" when args.Length is 3 or 4 => DecisionBenchmark.Run(args[1], args[2], args.ElementAtOrDefault(3)),
    "flat" when args.Length is 2 or 3 => DecisionBenchmark.Flat(args[1], args.ElementAtOrDefault(2)),
    "memory" when args.Length is 2 => DecisionBenchmark.Memory(args[1]),
    "rules" when args is ["rules"] => RulesBenchmark.Run(),
    "rules" when args is ["rules", "--each"] => RulesBenchmark.RunEach(),
    "lists" => ListsBenchmark.Run(),
    "post" when args.Length is 6 => await PostBenchmark.RunAsync(
        args[1], double.Parse(args[2], CultureInfo.InvariantCulture), double.Parse(args[3], CultureInfo.InvariantCulture),
        int.Parse(args[4], CultureInfo.InvariantCulture), long.Parse(args[5], CultureInfo.InvariantCulture)),
    "soak" when args.Length is 6 => await SoakLoad.RunAsync(args[1..]),
    "challengers" => ChallengerBenchmark.Run(),
    "hotswap" when args.Length is 3 or 4 => await HotSwapBenchmark.RunAsync(
        int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture),
        args.Length > 3 && args[3] != "alone" ? int.Parse(args[3], CultureInfo.InvariantCulture) : 0, args.ElementAtOrDefault(3) != "alone"),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("benchmarks: scoring | shap | decisions DATA.csv.gz SET [MODEL.json] | flat SET [MODEL.json] | memory SET | training [--data FILE.npy] [--rows N] [--rounds N] [--depth N] [--bins N] [--threads N] [--repeat N] | rules [--each] | lists | challengers | hotswap RATE SECONDS [CHALLENGERS|alone] | post URL RATE SECONDS CUSTOMERS SKIP | soak URL RATE SECONDS POSTS LATENCIES.csv");
    return 2;
}
