using Vigil.Core;
using Vigil.Core.Decisions;
using Vigil.Core.Features;
using Vigil.Core.Transactions;

namespace Vigil.Detection.Replay;

/// <summary>
/// One state of the past: a feature set and rules. It sees every transaction, also those that another one decided,
/// because it would have restored them from the table when it came into force.
/// </summary>
internal sealed class Track(EngineSetup setup)
{
    private readonly DecisionEngine _engine = new(setup.Features, setup.Rules);
    private ActiveModel? _model;

    public EngineSetup Setup { get; } = setup;

    public Decision Decision { get; } = new(setup.Features.Features.Count);

    public void Apply(Transaction transaction, in Label label) => _engine.ApplyLabel(transaction, label);

    public void Decide(Transaction transaction, long sequence, ActiveModel? model)
    {
        if (!ReferenceEquals(model, _model))
        {
            _engine.UseModel(model?.Model, model?.Thresholds ?? Thresholds.Never);
            _model = model;
        }

        _engine.Decide(transaction, sequence, Decision);
    }
}
