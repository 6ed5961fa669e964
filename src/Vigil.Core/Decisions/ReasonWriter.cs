using Vigil.Core.Expressions;
using Vigil.Core.Features;
using Vigil.Core.Models;

namespace Vigil.Core.Decisions;

/// <summary>Puts into words why a transaction was not simply allowed: the rules that matched, and what moved the model.</summary>
internal sealed class ReasonWriter(FeatureSet features, FeatureProgram program)
{
    private const int MostFeatures = 3;

    private readonly float[] _contributions = new float[features.Features.Count];
    private Model? _model;

    public void UseModel(Model? model) => _model = model;

    public void Write(Row row, Decision decision, Thresholds thresholds)
    {
        for (var i = 0; i < program.RuleTexts.Length; i++)
        {
            if ((decision.Rules & (1UL << i)) == 0)
                continue;
            Separate(decision);
            program.RuleTexts[i].Write(row, decision);
        }

        if (_model is null || thresholds.Judge(decision.Score) == Outcome.Allow)
            return;
        Separate(decision);
        decision.Say(decision.Model == ModelKind.IsolationForest
            ? "unlike this system's other payments"u8
            : "resembles known frauds"u8);
        SayStrongest(row, decision);
    }

    private static void Separate(Decision decision)
    {
        if (!decision.Reason.IsEmpty)
            decision.Say("; "u8);
    }

    private void SayStrongest(Row row, Decision decision)
    {
        _model!.Contributions(decision.Features, _contributions);
        for (var said = 0; said < MostFeatures; said++)
        {
            var strongest = -1;
            for (var i = 0; i < _contributions.Length; i++)
            {
                if (_contributions[i] > 0 && program.FeatureTexts[i] is not null
                    && (strongest < 0 || _contributions[i] > _contributions[strongest]))
                    strongest = i;
            }

            if (strongest < 0)
                return;
            _contributions[strongest] = 0;
            decision.Say(said == 0 ? ": "u8 : ", "u8);
            program.FeatureTexts[strongest]!.Write(row, decision);
        }
    }
}
