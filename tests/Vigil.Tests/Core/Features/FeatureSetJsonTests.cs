using Vigil.Core.Features;

namespace Vigil.Tests.Core.Features;

public sealed class FeatureSetJsonTests
{
    private const string Small = """
        // A comment is allowed,
        {
          "name": "small", "version": 3, "description": "two of them",
          "include_current": true, "label_delay": "3d", "lateness": "2h",
          "features": [
            { "name": "amount", "value": "amount" },
            { "name": "n", "value": "count(account_id, '7d')", "says": "{n} payments" }, // and a trailing comma.
          ],
        }
        """;

    [Fact]
    public void A_file_says_all_that_a_set_has()
    {
        var set = FeatureSetJson.Parse(Small);
        (set.Name, set.Version, set.IncludeCurrent).ShouldBe(("small", 3, true));
        set.Names.ShouldBe(["amount", "n"]);
        set.Features[1].ShouldBe(new Feature("n", "count(account_id, '7d')", "{n} payments"));
        (set.LabelDelay, set.Lateness).ShouldBe((3 * 86_400_000_000L, 7_200_000_000L));
        set.Content.ShouldBe(Small);
    }

    [Fact]
    public void What_is_not_said_is_a_label_delay_of_a_week_and_a_lateness_of_a_day_without_the_current_transaction()
    {
        var set = FeatureSetJson.Parse("""{"name": "s", "version": 1, "features": [{"name": "a", "value": "amount"}]}""");
        (set.IncludeCurrent, set.LabelDelay, set.Lateness).ShouldBe((false, 7 * 86_400_000_000L, 86_400_000_000L));
    }

    [Theory]
    [InlineData("", "The feature set is not valid JSON: line 1, column 1.")]
    [InlineData("{\n  \"name\" \"x\"}", "The feature set is not valid JSON: line 2, column 10.")]
    [InlineData("[]", "A feature set is a JSON object with name, version and features.")]
    [InlineData("{}", "The key \"features\" is missing.")]
    public void A_file_that_is_no_set_is_refused(string content, string message) =>
        Should.Throw<FeatureSetException>(() => FeatureSetJson.Parse(content)).Message.ShouldBe(message);

    [Theory]
    [InlineData("\"version\": 3", "\"version\": 0", "The version is a whole number from 1.")]
    [InlineData("\"version\": 3", "\"version\": 1.5", "The version is a whole number from 1.")]
    [InlineData("\"version\": 3", "\"version\": \"3\"", "The key \"version\" is not a number.")]
    [InlineData("\"version\": 3,", "", "The key \"version\" is missing.")]
    [InlineData("\"version\": 3,", "\"version\": 3, \"version\": 4,", "The key \"version\" is there twice.")]
    [InlineData("\"version\": 3,", "\"version\": 3, \"windows\": [],", "Unknown key \"windows\"; known are name, version, description, include_current, label_delay, lateness, features.")]
    [InlineData("\"name\": \"small\",", "", "The key \"name\" is missing.")]
    [InlineData("\"name\": \"small\"", "\"name\": \"\"", "The feature set's name is empty or longer than 64 characters.")]
    [InlineData("\"name\": \"small\"", "\"name\": 5", "The key \"name\" is not a text.")]
    [InlineData("\"two of them\"", "2", "The key \"description\" is not a text.")]
    [InlineData("\"include_current\": true", "\"include_current\": \"yes\"", "include_current is true or false.")]
    [InlineData("\"label_delay\": \"3d\"", "\"label_delay\": 3", "label_delay is a span of time such as \"7d\", at most 90 days.")]
    [InlineData("\"label_delay\": \"3d\"", "\"label_delay\": \"91d\"", "label_delay is a span of time such as \"7d\", at most 90 days.")]
    [InlineData("\"lateness\": \"2h\"", "\"lateness\": \"2 hours\"", "lateness is a span of time such as \"7d\", at most 90 days.")]
    [InlineData("{ \"name\": \"amount\", \"value\": \"amount\" },", "5,", "Feature 1 is not an object with name and value.")]
    [InlineData("\"name\": \"n\"", "\"name\": \"amount\"", "A feature named \"amount\" is the amount of the transaction: its value is amount.")]
    [InlineData("\"name\": \"n\", \"value\": \"count(account_id, '7d')\"", "\"name\": \"amount\", \"value\": \"amount\"", "The feature \"amount\" is there twice.")]
    [InlineData("\"name\": \"n\"", "\"name\": \"location\"", "Feature 2 is named \"location\", which means something else in an expression.")]
    [InlineData("\"name\": \"n\"", "\"name\": \"score\"", "Feature 2 is named \"score\", which means something else in an expression.")]
    [InlineData("\"name\": \"n\"", "\"name\": \"timestamp\"", "Feature 2 is named \"timestamp\", which means something else in an expression.")]
    [InlineData("\"name\": \"n\"", "\"name\": \"N\"", "Feature 2 is named \"N\"; a name has up to 64 lower-case letters, digits and underscores, a letter first.")]
    [InlineData("\"name\": \"n\"", "\"name\": \"7d\"", "Feature 2 is named \"7d\"; a name has up to 64 lower-case letters, digits and underscores, a letter first.")]
    [InlineData("\"name\": \"n\",", "", "The key \"name\" of feature 2 is missing.")]
    [InlineData("\"value\": \"count(account_id, '7d')\",", "", "The key \"value\" of feature 2 is missing.")]
    [InlineData("\"count(account_id, '7d')\"", "7", "The key \"value\" of feature 2 is not a text.")]
    [InlineData("\"says\"", "\"say\"", "Unknown key \"say\" of feature 2; known are name, value, says.")]
    [InlineData("\"{n} payments\"", "null", "The key \"says\" of feature 2 is not a text.")]
    [InlineData("\"{n} payments\"", "\"{m} payments\"", "What feature \"n\" says, line 1, column 2: unknown name 'm', did you mean n?; attributes are written attributes.m")]
    [InlineData("count(account_id, '7d')", "", "Feature \"n\", line 1, column 1: found the end of the expression, expected a value, a field, a function or '('")]
    [InlineData("count(account_id, '7d')", "n + 1", "Feature \"n\", line 1, column 1: unknown name 'n'; attributes are written attributes.n")]
    [InlineData("count(account_id, '7d')", "location", "Feature \"n\", line 1, column 1: found string, expected a number; number(x) reads the number in a text")]
    [InlineData("count(account_id, '7d')", "score", "Feature \"n\", line 1, column 1: unknown name 'score'; attributes are written attributes.score")]
    [InlineData("count(account_id, '7d')", "count(account_id, '1000d')", "Feature \"n\", line 1, column 19: the window \"1000d\" is not between 1 minute and 90 days")]
    public void A_mistake_is_named(string part, string mistake, string message)
    {
        Small.ShouldContain(part);
        Should.Throw<FeatureSetException>(() => FeatureSetJson.Parse(Small.Replace(part, mistake, StringComparison.Ordinal))).Message.ShouldBe(message);
    }

    [Fact]
    public void A_set_has_1_to_512_features()
    {
        FeatureSet Of(int count) => FeatureSetJson.Parse(
            $$"""{"name": "s", "version": 1, "features": [{{string.Join(",", Enumerable.Range(0, count).Select(i => $$"""{"name": "f{{i}}", "value": "{{i}}"}"""))}}]}""");
        Of(512).Features.Count.ShouldBe(512);
        Should.Throw<FeatureSetException>(() => Of(513)).Message.ShouldBe("A feature set has 1 to 512 features; this one has 513.");
        Should.Throw<FeatureSetException>(() => Of(0)).Message.ShouldBe("A feature set has 1 to 512 features; this one has 0.");
    }

    [Theory]
    [InlineData("\"description\": \"two of them\",", "")]
    [InlineData("{n} payments", "{n} payments in a week")]
    [InlineData("\"version\": 3", "\"version\": 4")]
    [InlineData("\"name\": \"small\"", "\"name\": \"large\"")]
    [InlineData("count(account_id, '7d')", " count( (account_id),\\\"7d\\\" )")]
    [InlineData("\"label_delay\": \"3d\", \"lateness\": \"2h\"", "\"lateness\": \"120m\", \"label_delay\": \"72h\"")]
    public void The_hash_stays_where_the_meaning_does(string part, string other)
    {
        Small.ShouldContain(part);
        FeatureSetJson.Parse(Small.Replace(part, other, StringComparison.Ordinal)).Hash.ShouldBe(FeatureSetJson.Parse(Small).Hash);
    }

    [Theory]
    [InlineData("\"include_current\": true", "\"include_current\": false")]
    [InlineData("\"label_delay\": \"3d\"", "\"label_delay\": \"4d\"")]
    [InlineData("\"lateness\": \"2h\"", "\"lateness\": \"3h\"")]
    [InlineData("'7d'", "'8d'")]
    [InlineData("\"name\": \"n\"", "\"name\": \"m\"")]
    [InlineData("count(account_id, '7d')", "count(account_id, '7d', amount > 1)")]
    [InlineData("{ \"name\": \"amount\", \"value\": \"amount\" },", "")]
    public void The_hash_changes_with_the_meaning(string part, string other)
    {
        Small.ShouldContain(part);
        var changed = Small.Replace(part, other, StringComparison.Ordinal).Replace("{n} payments", "n payments", StringComparison.Ordinal);
        FeatureSetJson.Parse(changed).Hash.ShouldNotBe(FeatureSetJson.Parse(Small).Hash);
    }

    [Fact]
    public void The_order_of_features_is_part_of_the_meaning()
    {
        const string Two = """{"name": "s", "version": 1, "features": [{"name": "a", "value": "amount"}, {"name": "b", "value": "amount"}]}""";
        var swapped = Two.Replace("\"a\"", "\"x\"", StringComparison.Ordinal).Replace("\"b\"", "\"a\"", StringComparison.Ordinal).Replace("\"x\"", "\"b\"", StringComparison.Ordinal);
        FeatureSetJson.Parse(Two).Hash.ShouldNotBe(FeatureSetJson.Parse(swapped).Hash);
    }

    [Fact]
    public void Every_set_that_ships_loads()
    {
        FeatureSets.Names.ShouldBe(["default", "handbook"]);
        foreach (var name in FeatureSets.Names)
            FeatureSets.Load(name).Name.ShouldBe(name);
        Should.Throw<FeatureSetException>(() => FeatureSets.Load("other")).Message.ShouldBe("No feature set \"other\" ships with Vigil; there are default, handbook.");
    }

    /// <summary>Models name this hash: a change of it makes every model that was trained on the set useless.</summary>
    [Fact]
    public void The_handbook_set_is_frozen()
    {
        var set = FeatureSets.Load("handbook");
        set.Names.ShouldBe(
        [
            "amount", "is_weekend", "is_night", "account_count_1d", "account_count_7d", "account_count_30d", "account_mean_1d",
            "account_mean_7d", "account_mean_30d", "merchant_count_1d", "merchant_count_7d", "merchant_count_30d",
            "merchant_risk_1d", "merchant_risk_7d", "merchant_risk_30d",
        ]);
        set.Hash.ShouldBe("0f577369be3e87d5dc13d634cc0073a2593ddaafdc2c4240ac4b8db8365d9c6e");
    }
}
