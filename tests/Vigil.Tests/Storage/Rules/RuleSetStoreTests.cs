using Vigil.Storage;
using Vigil.Storage.Audit;
using Vigil.Storage.Rules;

namespace Vigil.Tests.Storage.Rules;

public abstract class RuleSetStoreTests(DatabaseKind kind)
{
    public sealed class OfSqlite() : RuleSetStoreTests(DatabaseKind.Sqlite);

    public sealed class OfPostgres() : RuleSetStoreTests(DatabaseKind.Postgres);

    [Fact]
    public void A_published_version_is_in_force_with_who_why_and_since_when()
    {
        using var test = new TestStore(kind);
        var rules = test.Store.Rules;
        rules.InForce().ShouldBeNull();
        rules.VersionInForce().ShouldBeNull();
        var answer = rules.Publish(Set("a", "stop the attack"), RuleApproval.None, "ann", 100);
        var stored = new StoredRuleSet(
            1, "guide", "hash a", "content a", "ann", "stop the attack", null, 100, RuleSetState.Published, null, null, null);
        answer.ShouldBe(new RuleChangeResult(RuleChangeKind.Done, stored, 1));
        rules.InForce().ShouldBe(new RulesInForce(stored, new RulePublication(1, 1, "ann", "stop the attack", 100)));
        rules.VersionInForce().ShouldBe(1);
        rules.Publish(Set("b"), RuleApproval.None, "bob", 200).Set!.BasedOn.ShouldBe(1);
        rules.VersionInForce().ShouldBe(2);
        rules.List().Select(set => set.Version).ShouldBe([2, 1]);
        rules.List(limit: 1).Select(set => set.Version).ShouldBe([2]);
        rules.List(before: 2).Select(set => set.Version).ShouldBe([1]);
        rules.Publications().Select(p => (p.Version, p.At)).ShouldBe([(2, 200L), (1, 100L)]);
        rules.Find(1).ShouldBe(stored);
        rules.Find(3).ShouldBeNull();
    }

    [Fact]
    public void The_first_version_is_published_once()
    {
        using var test = new TestStore(kind);
        test.Store.Rules.PublishFirst(Set("a"), "vigil", 1).ShouldBeTrue();
        test.Store.Rules.PublishFirst(Set("b"), "vigil", 2).ShouldBeFalse();
        test.Store.Rules.InForce()!.Set.Content.ShouldBe("content a");
    }

    [Fact]
    public void A_version_edited_from_another_than_the_one_in_force_is_refused()
    {
        using var test = new TestStore(kind);
        Publish(test, "a");
        Publish(test, "b");
        var answer = test.Store.Rules.Publish(Set("c") with { BasedOn = 1 }, RuleApproval.None, "ann", 3);
        answer.ShouldBe(new RuleChangeResult(RuleChangeKind.Stale, null, 2));
        test.Store.Rules.List().Count.ShouldBe(2);
        test.Store.Rules.Publish(Set("c") with { BasedOn = 2 }, RuleApproval.None, "ann", 3).Kind.ShouldBe(RuleChangeKind.Done);
    }

    [Fact]
    public void With_approval_a_version_waits_for_a_second_person()
    {
        using var test = new TestStore(kind);
        var rules = test.Store.Rules;
        Publish(test, "a");
        var proposed = rules.Publish(Set("b"), RuleApproval.Required, "ann", 10);
        (proposed.Set!.State, proposed.InForce).ShouldBe((RuleSetState.Pending, 1));
        rules.VersionInForce().ShouldBe(1);
        rules.Pending().ShouldHaveSingleItem().Version.ShouldBe(2);
        var approved = rules.Approve(2, "bob", "looks right", 20);
        approved.Kind.ShouldBe(RuleChangeKind.Done);
        approved.Set.ShouldBe(proposed.Set with
        {
            State = RuleSetState.Published,
            Reviewer = "bob",
            ReviewNote = "looks right",
            ReviewedAt = 20,
        });
        rules.VersionInForce().ShouldBe(2);
        rules.Pending().ShouldBeEmpty();
        rules.Approve(2, "cem", "", 30).Kind.ShouldBe(RuleChangeKind.NotPending);
        rules.Approve(3, "cem", "", 30).Kind.ShouldBe(RuleChangeKind.NotFound);
    }

    [Theory]
    [InlineData("ann")]
    [InlineData("Ann")]
    [InlineData(" ANN ")]
    [InlineData("a nn")]
    [InlineData("ann.")]
    [InlineData("a\u200bnn")]
    [InlineData("ａｎｎ")]
    [InlineData("a-n_n")]
    public void An_author_cannot_approve_in_whatever_spelling(string name)
    {
        using var test = new TestStore(kind);
        test.Store.Rules.Publish(Set("a"), RuleApproval.Required, "ann", 10);
        var answer = test.Store.Rules.Approve(1, name, "", 20);
        answer.Kind.ShouldBe(RuleChangeKind.OwnProposal);
        answer.Set!.State.ShouldBe(RuleSetState.Pending);
        test.Store.Rules.InForce().ShouldBeNull();
    }

    [Theory]
    [InlineData("bob")]
    [InlineData("ann2")]
    [InlineData("anna")]
    [InlineData("...")]
    public void Somebody_else_can(string name)
    {
        using var test = new TestStore(kind);
        test.Store.Rules.Publish(Set("a"), RuleApproval.Required, "ann", 10);
        test.Store.Rules.Approve(1, name, "", 20).Kind.ShouldBe(RuleChangeKind.Done);
    }

    [Fact]
    public void A_rejected_version_never_comes_into_force_and_an_author_may_withdraw()
    {
        using var test = new TestStore(kind);
        var rules = test.Store.Rules;
        Publish(test, "a");
        rules.Publish(Set("b"), RuleApproval.Required, "ann", 10);
        rules.Reject(2, "ann", "my mistake", 20).Set!.State.ShouldBe(RuleSetState.Rejected);
        rules.Approve(2, "bob", "", 30).Kind.ShouldBe(RuleChangeKind.NotPending);
        rules.Reject(2, "bob", "", 30).Kind.ShouldBe(RuleChangeKind.NotPending);
        rules.Reject(1, "bob", "", 30).Kind.ShouldBe(RuleChangeKind.NotPending);
        rules.Reject(9, "bob", "", 30).Kind.ShouldBe(RuleChangeKind.NotFound);
        rules.Rollback(2, "bob", "", 30).Kind.ShouldBe(RuleChangeKind.NeverInForce);
        rules.VersionInForce().ShouldBe(1);
    }

    [Fact]
    public void An_approval_does_not_undo_what_came_into_force_meanwhile()
    {
        using var test = new TestStore(kind);
        var rules = test.Store.Rules;
        Publish(test, "a");
        rules.Publish(Set("b"), RuleApproval.Required, "ann", 10);
        rules.Publish(Set("a rule in shadow"), RuleApproval.None, "circuit breaker", 11);
        rules.Approve(2, "bob", "", 20).ShouldBe(new RuleChangeResult(RuleChangeKind.Stale, rules.Find(2), 3));
        rules.VersionInForce().ShouldBe(3);
        rules.Rollback(1, "bob", "false alarm", 30);
        rules.Approve(2, "bob", "", 40).Kind.ShouldBe(RuleChangeKind.Done);
    }

    [Fact]
    public void A_rollback_is_a_publication_of_an_older_version()
    {
        using var test = new TestStore(kind);
        var rules = test.Store.Rules;
        Publish(test, "a");
        Publish(test, "b");
        rules.Rollback(1, "ann", "too many alerts", 50).ShouldBe(
            new RuleChangeResult(RuleChangeKind.Done, rules.Find(1), 1));
        rules.InForce()!.Publication.ShouldBe(new RulePublication(3, 1, "ann", "too many alerts", 50));
        rules.Rollback(1, "ann", "", 60).Kind.ShouldBe(RuleChangeKind.AlreadyInForce);
        rules.Rollback(7, "ann", "", 60).Kind.ShouldBe(RuleChangeKind.NotFound);
        rules.Rollback(2, "ann", "and again", 70).InForce.ShouldBe(2);
        rules.Publications(limit: 2).Select(p => p.Version).ShouldBe([2, 1]);
        rules.Publications(before: 3).Select(p => p.Version).ShouldBe([2, 1]);
    }

    [Fact]
    public void Every_change_is_in_the_audit_trail()
    {
        using var test = new TestStore(kind);
        var rules = test.Store.Rules;
        rules.Publish(Set("a", "first"), RuleApproval.None, "ann", 1);
        rules.Publish(Set("b"), RuleApproval.Required, "ann", 2);
        rules.Approve(2, "bob", "fine", 3);
        rules.Publish(Set("c"), RuleApproval.Required, "ann", 4);
        rules.Reject(3, "bob", "no", 5);
        rules.Rollback(1, "cem", "oops", 6);
        rules.Approve(3, "cem", "", 7);
        test.Store.Audit.Read(new AuditQuery()).Reverse()
            .Select(a => $"{a.At} {a.Actor} {a.Action} {a.Subject} | {a.Before} | {a.After}").ShouldBe(
            [
                "1 ann rules.publish rules 1 |  | hash a: first",
                "2 ann rules.propose rules 2 | rules 1 in force | hash b",
                "3 bob rules.approve rules 2 | rules 1 in force | hash b: fine",
                "4 ann rules.propose rules 3 | rules 2 in force | hash c",
                "5 bob rules.reject rules 3 | rules 2 in force | hash c: no",
                "6 cem rules.rollback rules 1 | rules 2 in force | hash a: oops",
            ]);
    }

    [Fact]
    public void Versions_of_several_processes_that_publish_at_once_are_unique_and_ordered()
    {
        using var test = new TestStore(kind);
        using var together = new Barrier(4);
        var threads = Enumerable.Range(0, 4).Select(n => Task.Factory.StartNew(
            () =>
            {
                // A store of its own does not share the turn to write: SQLite alone keeps the order, as between processes.
                using var store = Store.Open(test.Place);
                together.SignalAndWait(TestContext.Current.CancellationToken);
                return Enumerable.Range(0, 25)
                    .Select(i => store.Rules.Publish(Set($"{n} {i}"), RuleApproval.None, $"writer {n}", i).Set!)
                    .ToList();
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        var published = threads.SelectMany(t => t.GetAwaiter().GetResult()).ToList();
        published.Select(set => set.Version).Order().ShouldBe(Enumerable.Range(1, 100));
        foreach (var set in published)
            set.BasedOn.ShouldBe(set.Version == 1 ? null : set.Version - 1);
        foreach (var mine in published.GroupBy(set => set.Author))
            mine.OrderBy(set => set.CreatedAt).Select(set => set.Version).ShouldBeInOrder();
        test.Store.Rules.Publications().Select(p => p.Version).ShouldBe(Enumerable.Range(1, 100).Reverse());
    }

    [Fact]
    public void Of_two_edits_of_one_version_the_second_is_told()
    {
        using var test = new TestStore(kind);
        Publish(test, "a");
        using var together = new Barrier(2);
        var kinds = Enumerable.Range(0, 2).Select(n => Task.Factory.StartNew(
            () =>
            {
                using var store = Store.Open(test.Place);
                together.SignalAndWait(TestContext.Current.CancellationToken);
                return store.Rules.Publish(Set($"{n}") with { BasedOn = 1 }, RuleApproval.None, "ann", n).Kind;
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))
            .ToArray().Select(t => t.GetAwaiter().GetResult()).ToList();
        kinds.ShouldBe([RuleChangeKind.Done, RuleChangeKind.Stale], ignoreOrder: true);
    }

    [Fact]
    public void A_snooze_lasts_until_its_date_and_can_be_changed_and_ended()
    {
        using var test = new TestStore(kind);
        var rules = test.Store.Rules;
        var snooze = new Snooze("high_amount", "account_id", "ACC=1", 1000, "buys cars");
        rules.AddSnooze(snooze, "ann", 10);
        rules.AddSnooze(new Snooze("other", "ip", "1.2.3.4", 500, ""), "ann", 10);
        rules.Snoozes("high_amount", 999).ShouldBe([snooze]);
        rules.Snoozes("high_amount", 1000).ShouldBeEmpty();
        rules.Snoozes(null, 20).Count.ShouldBe(2);
        rules.AddSnooze(snooze with { Until = 2000 }, "bob", 20);
        rules.Snoozes("high_amount", 1500).ShouldBe([snooze with { Until = 2000 }]);
        rules.RemoveSnooze("high_amount", "account_id", "nobody", "bob", 30).ShouldBeFalse();
        rules.RemoveSnooze("nothing", "account_id", "ACC=1", "bob", 30).ShouldBeFalse();
        rules.RemoveSnooze("high_amount", "account_id", "ACC=1", "bob", 30).ShouldBeTrue();
        rules.Snoozes("high_amount", 40).ShouldBeEmpty();
        rules.RemoveSnooze("high_amount", "account_id", "ACC=1", "bob", 50).ShouldBeFalse();
        test.Store.Audit.Read(new AuditQuery(Subject: "list snooze/high_amount"))
            .Select(a => $"{a.Actor} {a.Action} {a.Before} -> {a.After}").ShouldBe(
            [
                // The trail cannot be changed, so whose payments they are stands in the changes of the list, which can be erased.
                "bob rule.unsnooze change 3 until 1970-01-01T00:00:00.002000Z -> ",
                "bob rule.snooze change 1 until 1970-01-01T00:00:00.001000Z -> change 3 until 1970-01-01T00:00:00.002000Z",
                "ann rule.snooze  -> change 1 until 1970-01-01T00:00:00.001000Z",
            ]);
    }

    private static NewRuleSet Set(string id, string note = "") => new("guide", $"content {id}", $"hash {id}", note);

    private static void Publish(TestStore test, string id) =>
        test.Store.Rules.Publish(Set(id), RuleApproval.None, "ann", 1).Kind.ShouldBe(RuleChangeKind.Done);
}
