using System.Diagnostics;
using System.Text;
using Vigil.Core.Expressions.Patterns;

namespace Vigil.Tests.Core.Expressions;

/// <summary>RE2's syntax on .NET's engine.</summary>
public sealed class PatternTests
{
    [Theory]
    [InlineData("^\\d+$", "12", true)]
    [InlineData("^\\d+$", "١٢", false)] // digits are ASCII
    [InlineData("^\\w+$", "ab_1", true)]
    [InlineData("^\\w+$", "é", false)]
    [InlineData("^\\W$", "é", true)]
    [InlineData("^\\s$", "\u00a0", false)]
    [InlineData("^\\s$", "\v", false)]
    [InlineData("^[[:alpha:]]+$", "abC", true)]
    [InlineData("^[[:^alpha:]]+$", "12", true)]
    [InlineData("^[[:alpha:][:digit:]_]+$", "a1_", true)]
    [InlineData("a$", "a\n", false)] // the end is the end
    [InlineData("(?m)^b$", "a\nb\nc", true)]
    [InlineData("(?P<year>\\d{4})-(?<month>\\d\\d)", "2026-03", true)]
    [InlineData("(?i)straße", "STRAßE", true)]
    [InlineData("a(?i)b|c", "C", true)]
    [InlineData("(?i:a)b", "AB", false)]
    [InlineData("a.c", "a\nc", false)]
    [InlineData("(?s)a.c", "a\nc", true)]
    [InlineData("^.$", "🐱", true)]
    [InlineData("^..$", "🐱", false)]
    [InlineData("^[^a]$", "🐱", true)]
    [InlineData("^[🐱-😀]$", "😀", true)]
    [InlineData("^[🐱-😀]$", "a", false)]
    [InlineData("^[^🐱]$", "🐱", false)]
    [InlineData("^[^🐱]$", "😀", true)]
    [InlineData("^🐱{2}$", "🐱🐱", true)]
    [InlineData("^\\x{1F431}\\x41\\101$", "🐱AA", true)]
    [InlineData("^\\Qa.b*\\E$", "a.b*", true)]
    [InlineData("^\\pL\\p{Lu}\\P{Lu}\\p{^Lu}$", "éÉéé", true)]
    [InlineData("^a{2,3}?$", "aaa", true)]
    [InlineData("^a{,2}$", "a{,2}", true)]
    [InlineData("^[]a]$", "]", true)]
    [InlineData("^[a-]$", "-", true)]
    [InlineData("\\bcat\\b", "a cat.", true)]
    [InlineData("", "", true)]
    [InlineData("a||b", "c", true)]
    public void A_pattern_matches_as_RE2_would(string pattern, string text, bool expected)
    {
        Pattern.TryCompile(pattern, out var compiled, out var problem).ShouldBeTrue(problem);
        compiled.IsMatch(Encoding.UTF8.GetBytes(text)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("(?=a)")]
    [InlineData("(?!a)")]
    [InlineData("(?<=a)b")]
    [InlineData("(a)\\1")]
    [InlineData("(?P=a)")]
    [InlineData("(?>a)")]
    [InlineData("a**")]
    [InlineData("a*+")]
    [InlineData("*a")]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData("[b-a]")]
    [InlineData("[[:nothing:]]")]
    [InlineData("\\p{Nothing}")]
    [InlineData("\\y")]
    [InlineData("\\C")]
    [InlineData("\\")]
    [InlineData("a{1001}")]
    [InlineData("a{2,1}")]
    [InlineData("((a{1000}){1000}){1000}")]
    public void What_RE2_refuses_is_refused(string pattern)
    {
        Pattern.TryCompile(pattern, out _, out var problem).ShouldBeFalse();
        problem.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("(a|aa)+$")]
    [InlineData("(.*a){12}$")]
    public void A_pattern_that_explodes_elsewhere_takes_linear_time(string pattern)
    {
        Pattern.TryCompile(pattern, out var compiled, out _).ShouldBeTrue();
        var text = Encoding.UTF8.GetBytes(new string('a', 20_000) + "!");
        var watch = Stopwatch.StartNew();
        compiled.IsMatch(text).ShouldBeFalse();
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5), "a backtracking engine needs 2^20000 steps");
    }
}
