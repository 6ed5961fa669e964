namespace Vigil.Core.Models;

/// <summary>Fills an <see cref="XgboostDocument"/>; properties may come in any order, unknown ones are skipped.</summary>
internal static class XgboostJsonReader
{
    // As trees of depth 6 have it, most are around 47.
    private const int BytesPerNode = 45;

    internal static void ReadLearner(ref JsonCursor cursor, XgboostDocument document)
    {
        var depth = cursor.EnterObject();
        while (cursor.NextProperty(depth, out var name))
        {
            switch (name)
            {
                case "attributes":
                    ReadAttributes(ref cursor, document);
                    break;
                case "feature_names":
                    document.FeatureNames = cursor.Strings();
                    break;
                case "feature_types":
                    XgboostDocument.RefuseCategorical(cursor.Strings());
                    break;
                case "gradient_booster":
                    ReadBooster(ref cursor, document);
                    break;
                case "learner_model_param":
                    ReadModelParameters(ref cursor, document);
                    break;
                case "objective":
                    ReadObjective(ref cursor, document);
                    break;
                default:
                    cursor.Skip();
                    break;
            }
        }
    }

    private static void ReadAttributes(ref JsonCursor cursor, XgboostDocument document)
    {
        foreach (var (key, value) in cursor.StringMap())
            document.Attributes[key] = value;
    }

    private static void ReadObjective(ref JsonCursor cursor, XgboostDocument document)
    {
        var depth = cursor.EnterObject();
        while (cursor.NextProperty(depth, out var name))
        {
            if (name == "name")
                document.Objective = cursor.String();
            else
                cursor.Skip();
        }
    }

    private static void ReadModelParameters(ref JsonCursor cursor, XgboostDocument document)
    {
        var depth = cursor.EnterObject();
        while (cursor.NextProperty(depth, out var name))
        {
            switch (name)
            {
                case "base_score":
                    document.BaseScore = ReadBaseScore(ref cursor);
                    break;
                case "num_class":
                    document.ClassCount = cursor.Integer();
                    break;
                case "num_feature":
                    document.FeatureCount = cursor.Integer();
                    break;
                case "num_target":
                    document.TargetCount = cursor.Integer();
                    break;
                default:
                    cursor.Skip();
                    break;
            }
        }
    }

    /// <summary>A string, a bracketed string (3.1 on: one value per target), a number, or an array of one.</summary>
    private static float ReadBaseScore(ref JsonCursor cursor)
    {
        if (cursor.Token != System.Text.Json.JsonTokenType.StartArray)
            return cursor.Single();
        var values = cursor.Singles();
        return values.Length == 1 ? values[0] : throw cursor.Error($"{values.Length} values; Vigil scores fraud or not.");
    }

    private static void ReadBooster(ref JsonCursor cursor, XgboostDocument document)
    {
        var depth = cursor.EnterObject();
        while (cursor.NextProperty(depth, out var name))
        {
            if (name == "name")
                document.Booster = cursor.String();
            else if (name == "model")
                ReadModel(ref cursor, document);
            else if (name == "gbtree")
                ReadTreesOfDart(ref cursor, document);
            else if (name == "weight_drop")
                document.TreeWeights = cursor.Singles();
            else
                cursor.Skip();
        }
    }

    /// <summary>DART wraps a gbtree booster, whose own name says nothing.</summary>
    private static void ReadTreesOfDart(ref JsonCursor cursor, XgboostDocument document)
    {
        var depth = cursor.EnterObject();
        while (cursor.NextProperty(depth, out var name))
        {
            if (name == "model")
                ReadModel(ref cursor, document);
            else
                cursor.Skip();
        }
    }

    private static void ReadModel(ref JsonCursor cursor, XgboostDocument document)
    {
        var depth = cursor.EnterObject();
        while (cursor.NextProperty(depth, out var name))
        {
            switch (name)
            {
                case "gbtree_model_param":
                    ReadTreeCount(ref cursor, document);
                    break;
                case "tree_info":
                    document.TreeInfo = cursor.Integers();
                    break;
                case "trees":
                    document.Trees = ReadTrees(ref cursor, TreeValidation.XgboostTrees);
                    break;
                default:
                    cursor.Skip();
                    break;
            }
        }
    }

    private static void ReadTreeCount(ref JsonCursor cursor, XgboostDocument document)
    {
        var depth = cursor.EnterObject();
        while (cursor.NextProperty(depth, out var name))
        {
            if (name == "num_trees")
                document.TreeCount = cursor.Integer();
            else
                cursor.Skip();
        }
    }

    /// <summary>Reads trees, one after another into the same columns.</summary>
    /// <param name="cursor">On their array.</param>
    /// <param name="path">Where it is in the document.</param>
    internal static TreeNodesBuilder ReadTrees(ref JsonCursor cursor, string path)
    {
        var builder = new TreeNodesBuilder(cursor.Length / BytesPerNode);
        var tree = new XgboostTree();
        var depth = cursor.EnterArray();
        while (cursor.NextItem(depth, builder.TreeCount))
        {
            tree.Clear();
            ReadTree(ref cursor, tree);
            tree.AppendTo(builder, path);
        }

        return builder;
    }

    private static void ReadTree(ref JsonCursor cursor, XgboostTree tree)
    {
        var depth = cursor.EnterObject();
        while (cursor.NextProperty(depth, out var name))
        {
            switch (name)
            {
                case "left_children":
                    cursor.Integers(tree.Left);
                    break;
                case "right_children":
                    cursor.Integers(tree.Right);
                    break;
                case "split_indices":
                    cursor.Integers(tree.Feature);
                    break;
                case "split_conditions":
                    cursor.Singles(tree.Condition);
                    break;
                case "default_left":
                    cursor.Integers(tree.DefaultLeft);
                    break;
                case "split_type":
                    cursor.Integers(tree.SplitType);
                    break;
                case "categories_nodes":
                    cursor.Integers(tree.CategoriesNodes);
                    break;
                case "sum_hessian":
                    cursor.Singles(tree.Cover);
                    break;
                case "loss_changes":
                    cursor.Singles(tree.Gain);
                    break;
                case "base_weights":
                    cursor.Singles(tree.Weight);
                    break;
                case "tree_param":
                    ReadTreeParameters(ref cursor, tree);
                    break;
                default:
                    cursor.Skip();
                    break;
            }
        }
    }

    private static void ReadTreeParameters(ref JsonCursor cursor, XgboostTree tree)
    {
        var depth = cursor.EnterObject();
        while (cursor.NextProperty(depth, out var name))
        {
            if (name == "num_nodes")
                tree.NodeCount = cursor.Integer();
            else if (name == "size_leaf_vector")
                tree.LeafVectorSize = cursor.Integer();
            else
                cursor.Skip();
        }
    }
}
