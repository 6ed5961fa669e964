namespace Vigil.Core.Models;

/// <summary>
/// What a model document says, before it is checked; independent of the syntax (JSON, UBJSON) it was read from and of
/// the order of its parts.
/// </summary>
internal sealed class XgboostDocument
{
    internal Dictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);

    internal string[] FeatureNames { get; set; } = [];

    internal string? Booster { get; set; }

    internal string? Objective { get; set; }

    internal float? BaseScore { get; set; }

    internal int? FeatureCount { get; set; }

    internal int ClassCount { get; set; }

    internal int TargetCount { get; set; } = 1;

    internal int? TreeCount { get; set; }

    internal int[] TreeInfo { get; set; } = [];

    internal TreeNodesBuilder? Trees { get; set; }

    /// <summary>What each tree counts for; null where all count 1 (DART drops trees in training and scales them).</summary>
    internal float[]? TreeWeights { get; set; }

    internal TreeEnsemble ToEnsemble()
    {
        RefuseUnsupported();
        if (Trees is null)
            throw new ModelFormatException("learner.gradient_booster.model.trees", "missing: this is no XGBoost model.");
        if (TreeCount is { } said && said != Trees.TreeCount)
            throw new ModelFormatException("learner.gradient_booster.model.trees", $"{Trees.TreeCount} trees, where num_trees says {said}.");
        if (FeatureCount is not > 0)
            throw new ModelFormatException("learner.learner_model_param.num_feature", "missing or not positive.");
        if (BaseScore is null)
            throw new ModelFormatException("learner.learner_model_param.base_score", "missing.");

        if (Booster == "dart" && TreeWeights?.Length != Trees.TreeCount)
            throw new ModelFormatException("learner.gradient_booster.weight_drop", TreeWeights is null ? "missing." : $"{TreeWeights.Length} weights for {Trees.TreeCount} trees.");

        if (TreeWeights is not null)
            Trees.Scale(TreeWeights);
        return new TreeEnsemble(Trees.Build(), FeatureCount.Value, BaseScore.Value, FeatureNames, Attributes, Objective == "binary:logitraw");
    }

    private void RefuseUnsupported()
    {
        if (Booster is not ("gbtree" or "dart"))
        {
            throw new ModelFormatException("learner.gradient_booster.name", Booster is null
                ? "missing: this is no XGBoost model."
                : $"the booster \"{Booster}\" is not supported; train with booster=gbtree or dart.");
        }

        if (Objective is not ("binary:logistic" or "reg:logistic" or "binary:logitraw"))
        {
            throw new ModelFormatException("learner.objective.name", Objective is null
                ? "missing: this is no XGBoost model."
                : $"the objective \"{Objective}\" is not supported; train with binary:logistic.");
        }

        if (ClassCount > 1)
            throw new ModelFormatException("learner.learner_model_param.num_class", $"{ClassCount} classes; Vigil scores fraud or not.");
        if (TargetCount > 1)
            throw new ModelFormatException("learner.learner_model_param.num_target", $"{TargetCount} targets; Vigil scores fraud or not.");
        if (TreeInfo.AsSpan().ContainsAnyExcept(0))
            throw new ModelFormatException("learner.gradient_booster.model.tree_info", "trees of several classes; Vigil scores fraud or not.");
    }

    /// <summary>Said as soon as the types are read: they name the feature, which its splits do not.</summary>
    internal static void RefuseCategorical(string[] types)
    {
        var categorical = Array.IndexOf(types, "c");
        if (categorical >= 0)
            throw new ModelFormatException($"learner.feature_types[{categorical}]", "a categorical feature; encode it as numbers before training.");
    }
}
