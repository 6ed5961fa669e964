using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Vigil.Core.Models;

namespace Vigil.Tests.Core.Models;

public sealed class ModelFileTests
{
    public static TheoryData<ModelKind> Kinds => [ModelKind.Trees, ModelKind.IsolationForest, ModelKind.Logistic];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_document_is_read_by_its_content_and_scores_the_same_bit_for_bit(ModelKind kind)
    {
        var model = SampleModels.Of(kind).WithAttributes(new Dictionary<string, string> { ["feature_set"] = "sha256:\u00e9\"\\" });
        var again = ModelFile.Read(SampleModels.Write(model));
        again.Kind.ShouldBe(kind);
        again.FeatureNames.ShouldBe(model.FeatureNames);
        again.Attributes.ShouldBe(model.Attributes);
        for (var i = 0; i < SampleModels.Rows.RowCount; i++)
            again.Score(SampleModels.Rows.Row(i)).ShouldBe(model.Score(SampleModels.Rows.Row(i)));
        SampleModels.Write(again).ShouldBe(SampleModels.Write(model));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_document_cut_anywhere_is_refused_with_a_place(ModelKind kind)
    {
        var bytes = SampleModels.Write(SampleModels.Of(kind));
        for (var length = 0; length < bytes.Length; length += Math.Max(1, bytes.Length / 1500))
            Should.Throw<ModelFormatException>(() => ModelFile.Read(bytes.AsSpan(0, length))).Message.ShouldNotBeEmpty();
    }

    /// <summary>What a model leaves behind when it is read brings about a collection, for which every decision waits.</summary>
    [Theory]
    [InlineData(ModelKind.Trees)]
    [InlineData(ModelKind.IsolationForest)]
    public void Reading_a_model_leaves_little_more_behind_than_the_model(ModelKind kind)
    {
        var random = new Random(5);
        var builder = new TreeNodesBuilder();
        for (var t = 0; t < 300; t++)
            RandomTrees.Add(builder, random, 20, 6);
        var nodes = builder.Build();
        var bytes = SampleModels.Write(kind == ModelKind.Trees ? new TreeEnsemble(nodes, 20, 0.1f) : new IsolationForest(nodes, 20, 256));
        ModelFile.Read(bytes);
        // The nodes (33 bytes), as collected and as kept, for scoring (8) and for explaining (40 and its points).
        Allocations.Of(() => ModelFile.Read(bytes)).ShouldBeLessThan(nodes.Count * 150);
    }

    [Fact]
    public void Half_a_file_says_where_it_ends()
    {
        var bytes = SampleModels.Write(SampleModels.Trees);
        var error = Should.Throw<ModelFormatException>(() => XgboostJson.Read(bytes.AsSpan(0, bytes.Length / 2)));
        error.Path.ShouldStartWith("learner.gradient_booster.model.trees[");
        error.Message.ShouldContain("cut off");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_damaged_document_is_read_or_refused_but_never_crashes(ModelKind kind)
    {
        var bytes = SampleModels.Write(SampleModels.Of(kind));
        var row = SampleModels.Rows.Row(0).ToArray();
        Prop.ForAll(Gen.Choose(0, bytes.Length - 1).Two().ToArbitrary(), Gen.Choose(0, 255).Two().ToArbitrary(), (at, value) =>
        {
            var damaged = (byte[])bytes.Clone();
            damaged[at.Item1] = (byte)value.Item1;
            damaged[at.Item2] = (byte)value.Item2;
            try
            {
                var model = ModelFile.Read(damaged);
                if (model.FeatureCount == row.Length)
                    model.Score(row);
            }
            catch (ModelFormatException)
            {
                // refused, as it should be
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    [Theory]
    [InlineData("", "the model document is empty.")]
    [InlineData("{}", "this is no model")]
    [InlineData("[1]", "expected an object")]
    [InlineData("binf rest", "legacy binary format")]
    [InlineData("{L rest", "UBJSON")]
    [InlineData("{\"format\":\"onnx\"}", "\"onnx\" is no model format")]
    [InlineData("{\"format\":\"vigil-logistic\",\"version\":2}", "version: this Vigil reads version 1, the document has 2")]
    [InlineData("{\"format\":\"vigil-isolation-forest\",\"version\":1,\"num_feature\":2,\"sample_size\":8,\"trees\":[]}", "trees: there are none")]
    [InlineData("{\"format\":\"vigil-logistic\",\"version\":1,\"num_feature\":1,\"bias\":0,\"means\":[0],\"scales\":[0],\"weights\":[1]}", "scales[0]")]
    public void What_is_no_model_is_said_to_be_none(string text, string message) =>
        Should.Throw<ModelFormatException>(() => ModelFile.Read(Encoding.UTF8.GetBytes(text))).Message.ShouldContain(message);

    [Theory]
    [InlineData("\"name\":\"gbtree\"", "\"name\":\"gblinear\"", "learner.gradient_booster.name")]
    [InlineData("\"name\":\"gbtree\"", "\"name\":\"dart\"", "learner.gradient_booster.weight_drop")]
    [InlineData("\"name\":\"gbtree\"", "\"name\":\"dart\",\"weight_drop\":[1.0]", "learner.gradient_booster.weight_drop")]
    [InlineData("binary:logistic", "multi:softprob", "learner.objective.name")]
    [InlineData("\"num_class\":\"0\"", "\"num_class\":\"3\"", "learner.learner_model_param.num_class")]
    [InlineData("\"num_target\":\"1\"", "\"num_target\":\"2\"", "learner.learner_model_param.num_target")]
    [InlineData("\"tree_info\":[0", "\"tree_info\":[1", "learner.gradient_booster.model.tree_info")]
    [InlineData("\"categories_nodes\":[]", "\"categories_nodes\":[0]", "learner.gradient_booster.model.trees[0].split_type")]
    [InlineData("\"feature_types\":[\"float\"", "\"feature_types\":[\"c\"", "learner.feature_types[0]")]
    [InlineData("\"base_score\":\"0.", "\"base_score\":\"7.", "learner.learner_model_param.base_score")]
    [InlineData("\"num_feature\":\"19\",\"num_target\"", "\"num_feature\":\"2\",\"num_target\"", "learner.feature_names")]
    [InlineData("\"left_children\":[1", "\"left_children\":[0", "learner.gradient_booster.model.trees[0].left_children[0]")]
    [InlineData("\"left_children\":[1", "\"left_children\":[5000", "learner.gradient_booster.model.trees[0].left_children[0]")]
    [InlineData("\"left_children\":[1", "\"left_children\":[-1", "learner.gradient_booster.model.trees[0].left_children[0]")]
    [InlineData("\"right_children\":[2", "\"right_children\":[1", "learner.gradient_booster.model.trees[0].right_children[0]")]
    [InlineData("\"split_indices\":[", "\"split_indices\":[7,", "learner.gradient_booster.model.trees[0].split_indices")]
    [InlineData("\"split_conditions\":[", "\"split_conditions\":[\"x\",", "learner.gradient_booster.model.trees[0].split_conditions")]
    [InlineData("\"num_nodes\":\"", "\"num_nodes\":\"9", "learner.gradient_booster.model.trees[0].tree_param.num_nodes")]
    [InlineData("\"num_trees\":\"19\"", "\"num_trees\":\"20\"", "learner.gradient_booster.model.trees")]
    [InlineData("\"default_left\"", "\"default_lost\"", "learner.gradient_booster.model.trees[0].default_left")]
    public void What_Vigil_does_not_support_or_trees_that_are_none_are_refused_by_their_path(string from, string to, string path)
    {
        var text = Encoding.UTF8.GetString(SampleModels.Write(SampleModels.Trees));
        var at = text.IndexOf(from, StringComparison.Ordinal);
        at.ShouldBeGreaterThan(0);
        var changed = string.Concat(text.AsSpan(0, at), to, text.AsSpan(at + from.Length));
        Should.Throw<ModelFormatException>(() => XgboostJson.Read(Encoding.UTF8.GetBytes(changed))).Path.ShouldBe(path);
    }

    [Fact]
    public void The_XGBoost_document_is_written_as_XGBoost_reads_it()
    {
        var builder = new TreeNodesBuilder();
        builder.BeginTree();
        var root = builder.AddLeaf(0f, 0.5f, 3f);
        builder.Split(root, 1, 1e-7f, true, 12f, builder.AddLeaf(-1f, -10f, 1f), builder.AddLeaf(16777216f, 2f, 2f));
        var model = new TreeEnsemble(builder.Build(), 2, 0.25f, ["a", "b"]);
        Encoding.UTF8.GetString(SampleModels.Write(model)).ShouldBe(
            """{"learner":{"attributes":{},"feature_names":["a","b"],"feature_types":["float","float"],"gradient_booster":{"model":{"gbtree_model_param":{"num_parallel_tree":"1","num_trees":"1","size_leaf_vector":"0"},"tree_info":[0],"trees":[{"base_weights":[0.5,-10.0,2.0],"categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[],"default_left":[1,0,0],"id":0,"left_children":[1,-1,-1],"loss_changes":[12.0,0.0,0.0],"parents":[2147483647,0,0],"right_children":[2,-1,-1],"split_conditions":[1E-07,-1.0,16777216.0],"split_indices":[1,0,0],"split_type":[0,0,0],"sum_hessian":[3.0,1.0,2.0],"tree_param":{"num_deleted":"0","num_feature":"2","num_nodes":"3","size_leaf_vector":"0"}}]},"name":"gbtree"},"learner_model_param":{"base_score":"0.25","boost_from_average":"1","num_class":"0","num_feature":"2","num_target":"1"},"objective":{"name":"binary:logistic","reg_loss_param":{"scale_pos_weight":"1"}}},"version":[1,7,4]}""");
    }

    [Fact]
    public void The_stored_values_of_model_kinds_never_change()
    {
        Enum.GetValues<ModelKind>().Select(k => $"{(int)k} {k}").ShouldBe(["0 None", "1 Trees", "2 IsolationForest", "3 Logistic"]);
    }
}
