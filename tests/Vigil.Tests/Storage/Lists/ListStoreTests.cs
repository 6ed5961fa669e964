using System.Text;
using Vigil.Core.Rules.Lists;
using Vigil.Storage.Audit;
using Vigil.Storage.Lists;
using Vigil.Storage.Rules;

namespace Vigil.Tests.Storage.Lists;

public abstract class ListStoreTests(DatabaseKind kind)
{
    public sealed class OfSqlite() : ListStoreTests(DatabaseKind.Sqlite);

    public sealed class OfPostgres() : ListStoreTests(DatabaseKind.Postgres);

    [Fact]
    public void A_list_keeps_its_name_and_type_and_may_be_described_anew()
    {
        using var test = new TestStore(kind);
        var lists = test.Store.Lists;
        var (change, made) = lists.Put("blocked_ips", ListType.Ip, "from the feed", "ann", 1);
        (change, made).ShouldBe((ListChangeKind.Done, new ListSummary(1, "blocked_ips", ListType.Ip, "from the feed", 1, "ann")));
        lists.Put("blocked_ips", ListType.Ip, "from the feed", "bob", 2).Kind.ShouldBe(ListChangeKind.Unchanged);
        lists.Put("blocked_ips", ListType.Text, "from the feed", "bob", 2).Kind.ShouldBe(ListChangeKind.OtherType);
        lists.Put("blocked_ips", ListType.Ip, "of the bank", "bob", 3).List!.Description.ShouldBe("of the bank");
        lists.Find("blocked_ips")!.Description.ShouldBe("of the bank");
        lists.Put("a", ListType.Text, "", "ann", 4);
        lists.List().Select(list => list.Name).ShouldBe(["a", "blocked_ips"]);
        foreach (var name in new[] { "", "A", "1a", "snooze/x", "a b", "a\n", new string('a', 65) })
            lists.Put(name, ListType.Text, "", "ann", 5).Kind.ShouldBe(ListChangeKind.InvalidName, name);
        Trail(test).ShouldBe(
        [
            "ann list.create list blocked_ips  -> ip: from the feed",
            "bob list.describe list blocked_ips from the feed -> of the bank", "ann list.create list a  -> text: ",
        ]);
    }

    [Fact]
    public void An_entry_counts_until_it_expires_and_stays_in_the_log()
    {
        using var test = Filled();
        var lists = test.Store.Lists;
        lists.Add("vips", new NewListEntry("b", 1000, "until March"), "ann", 10).Kind.ShouldBe(ListChangeKind.Done);
        lists.Add("vips", new NewListEntry("a"), "ann", 20);
        lists.Entries("vips", 999)!.Entries.ShouldBe(
            [new ListEntry("a", null, null, 20, "ann"), new ListEntry("b", 1000, "until March", 10, "ann")]);
        lists.Entries("vips", 1000)!.Entries.Select(e => e.Value).ShouldBe(["a"]);
        (lists.Count(1, 999), lists.Count(1, 1000)).ShouldBe((2, 1));
        lists.FindEntry("vips", "b", 999)!.Note.ShouldBe("until March");
        lists.FindEntry("vips", "b", 1000).ShouldBeNull();
        lists.Export("vips", 1000).Select(e => e.Value).ShouldBe(["a"]);
        test.Sql("SELECT count(*) FROM list_changes").ShouldBe(["2"]);
    }

    [Fact]
    public void The_last_change_of_a_value_holds()
    {
        using var test = Filled();
        var lists = test.Store.Lists;
        lists.Add("vips", new NewListEntry("a", 1000), "ann", 10);
        lists.Add("vips", new NewListEntry("a", 1000), "bob", 11).Kind.ShouldBe(ListChangeKind.Unchanged);
        lists.Add("vips", new NewListEntry("a", 2000), "bob", 12).Kind.ShouldBe(ListChangeKind.Done);
        lists.Entries("vips", 1500)!.Entries.ShouldHaveSingleItem().Actor.ShouldBe("bob");
        lists.Remove("vips", "a", "cem", 13).ShouldBe(ListChangeKind.Done);
        lists.Remove("vips", "a", "cem", 14).ShouldBe(ListChangeKind.NotFound);
        lists.Entries("vips", 15)!.Entries.ShouldBeEmpty();
        lists.Count(1, 15).ShouldBe(0);
        lists.FindEntry("vips", "a", 15).ShouldBeNull();
        lists.Add("vips", new NewListEntry("a"), "ann", 16).Kind.ShouldBe(ListChangeKind.Done);
        lists.Count(1, 17).ShouldBe(1);
        Trail(test).Skip(1).ShouldBe(
        [
            "ann list.add list vips  -> change 1 until 1970-01-01T00:00:00.001000Z",
            "bob list.add list vips change 1 until 1970-01-01T00:00:00.001000Z -> change 2 until 1970-01-01T00:00:00.002000Z",
            "cem list.remove list vips change 2 until 1970-01-01T00:00:00.002000Z -> ", "ann list.add list vips  -> change 4",
        ]);
    }

    [Fact]
    public void Values_are_found_in_whatever_spelling()
    {
        using var test = new TestStore(kind);
        var lists = test.Store.Lists;
        lists.Put("ips", ListType.Ip, "", "ann", 1);
        lists.Add("ips", new NewListEntry("2001:DB8::0:1"), "ann", 2);
        lists.FindEntry("ips", "2001:db8:0::1", 3)!.Value.ShouldBe("2001:db8::1");
        lists.Remove("ips", "2001:0db8::1", "ann", 4).ShouldBe(ListChangeKind.Done);
        lists.Add("ips", new NewListEntry("300.1.1.1"), "ann", 5).Kind.ShouldBe(ListChangeKind.InvalidValue);
        lists.Add("ips", new NewListEntry("300.1.1.1"), "ann", 5).Problem!.ShouldContain("IP address");
    }

    [Fact]
    public void What_is_not_there_and_what_holds_snoozes_is_not_changed()
    {
        using var test = Filled();
        var lists = test.Store.Lists;
        lists.Add("nothing", new NewListEntry("a"), "ann", 1).Kind.ShouldBe(ListChangeKind.NotFound);
        lists.Remove("nothing", "a", "ann", 1).ShouldBe(ListChangeKind.NotFound);
        lists.Entries("nothing", 1).ShouldBeNull();
        lists.Export("nothing", 1).ShouldBeEmpty();
        test.Store.Rules.AddSnooze(new Snooze("r", "account_id", "A", 100, ""), "ann", 1);
        lists.Find("snooze/r")!.IsReserved.ShouldBeTrue();
        lists.Add("snooze/r", new NewListEntry("a"), "ann", 1).Kind.ShouldBe(ListChangeKind.InvalidName);
        lists.Remove("snooze/r", "account_id=A", "ann", 1).ShouldBe(ListChangeKind.InvalidName);
    }

    [Fact]
    public void Pages_follow_one_another_by_value()
    {
        using var test = Filled();
        var lists = test.Store.Lists;
        foreach (var value in new[] { "d", "a", "c", "b", "e" })
            lists.Add("vips", new NewListEntry(value), "ann", 1);
        lists.Remove("vips", "c", "ann", 2);
        var first = lists.Entries("vips", 3, limit: 2)!;
        (string.Concat(first.Entries.Select(e => e.Value)), first.Next).ShouldBe(("ab", "b"));
        var second = lists.Entries("vips", 3, first.Next, 2)!;
        (string.Concat(second.Entries.Select(e => e.Value)), second.Next).ShouldBe(("de", null));
        lists.Entries("vips", 3, "e", 2)!.Entries.ShouldBeEmpty();
        Should.Throw<ArgumentOutOfRangeException>(() => lists.Entries("vips", 3, limit: 0));
        Should.Throw<ArgumentOutOfRangeException>(() => lists.Entries("vips", 3, limit: 1001));
    }

    [Fact]
    public void The_writer_reads_changes_in_turns_and_readers_read_them_all()
    {
        using var test = Filled();
        var lists = test.Store.Lists;
        lists.Put("ips", ListType.Ip, "", "ann", 1);
        test.Writer.LastListChangeId.ShouldBe(0);
        lists.Add("vips", new NewListEntry("a", 500), "ann", 11);
        lists.Add("ips", new NewListEntry("10.0.0.0/8"), "ann", 12);
        lists.Remove("vips", "a", "ann", 13);
        test.Writer.LastListChangeId.ShouldBe(3);
        string[] all =
        [
            "1 1 vips Text a True 500 11", "2 2 ips Ip 10.0.0.0/8 True  12", "3 1 vips Text a False  13",
        ];
        Changes(test, 0, 2).ShouldBe(all[..2]);
        Changes(test, 2, 2).ShouldBe(all[2..]);
        Changes(test, 3, 2).ShouldBeEmpty();
        test.Writer.Begin();
        Changes(test, 0, 9).ShouldBe(all);
        test.Writer.Rollback();
        using var reader = test.Store.ReadListChanges(1, 2);
        reader.Read().ShouldBeTrue();
        (reader.Id, reader.List, reader.Type, Encoding.UTF8.GetString(reader.Value), reader.Added, reader.ExpiresAt, reader.At)
            .ShouldBe((2, "ips", ListType.Ip, "10.0.0.0/8", true, null, 12));
        reader.Read().ShouldBeFalse();
    }

    private static List<string> Changes(TestStore test, long after, int max)
    {
        var seen = new List<string>();
        using var cursor = test.Writer.ReadListChanges(after, max);
        while (cursor.Read())
        {
            seen.Add(
                $"{cursor.Id} {cursor.ListId} {cursor.List} {cursor.Type} {Encoding.UTF8.GetString(cursor.Value)} "
                + $"{cursor.Added} {cursor.ExpiresAt} {cursor.At}");
        }

        return seen;
    }

    private static IEnumerable<string> Trail(TestStore test) => test.Store.Audit.Read(new AuditQuery()).Reverse()
        .Select(a => $"{a.Actor} {a.Action} {a.Subject} {a.Before} -> {a.After}");

    private TestStore Filled()
    {
        var test = new TestStore(kind);
        test.Store.Lists.Put("vips", ListType.Text, "", "ann", 1);
        return test;
    }
}
