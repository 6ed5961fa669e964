using Vigil.Core.Features;
using Vigil.Core.Rules;
using Vigil.Core.Transactions;
using Vigil.Detection.Backtest;
using Vigil.Storage;
using Vigil.Storage.Rules;

namespace Vigil.Cli.Host.Rules;

/// <summary>Runs backtests for the API, which keeps their queue and results.</summary>
/// <param name="store">The database.</param>
/// <param name="features">The feature set that decides at the moment.</param>
/// <param name="time">The clock.</param>
internal sealed class BacktestRunner(Store store, Func<FeatureSet> features, TimeProvider time)
{
    /// <summary>Runs one to its end; see <see cref="Web.Rules.RunBacktest"/>.</summary>
    public string Run(BacktestRequest request, Action<double> progress, CancellationToken cancel)
    {
        var now = Timestamp.FromDateTime(time.GetUtcNow().UtcDateTime);
        var plan = new BacktestPlan(RuleSetJson.Parse(request.Content, ""), features())
        {
            InForce = RuleSource.InForce(store).Parse(),
            From = request.From,
            To = request.To,
            MatureTo = now - request.Maturity,
            Examples = request.Examples,
        };
        return BacktestJson.Write(new Backtester(store).Run(plan, (share, _) => progress(share), cancel));
    }
}
