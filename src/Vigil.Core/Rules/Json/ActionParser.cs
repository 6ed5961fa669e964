namespace Vigil.Core.Rules.Json;

/// <summary>Takes a rule's text apart: <c>ACTION when PREDICATE</c>.</summary>
internal ref struct ActionParser(string text)
{
    private static readonly string[] Actions = ["allow", "review", "block", "tag", "score"];

    private readonly string _text = text;
    private int _next;

    /// <summary>What is wrong; null on success.</summary>
    public string? Problem { get; private set; }

    /// <summary>Where it is wrong; on success, where the predicate begins.</summary>
    public int Offset { get; private set; }

    public RuleAction Action { get; private set; }

    public string Tag { get; private set; } = "";

    public int Points { get; private set; }

    public bool Parse()
    {
        var word = Word();
        var action = Array.IndexOf(Actions, word);
        if (action < 0)
        {
            return Fail(
                Offset, $"found {Found(word)}, expected an action: allow, review, block, tag(\"name\") or score(+10)"
                + (word.Length == 0 ? "" : Spelling.Suggest(word, Actions)));
        }

        Action = (RuleAction)action;
        if (Action == RuleAction.Tag && !ReadTag() || Action == RuleAction.Score && !ReadPoints())
            return false;
        word = Word();
        if (word != "when")
            return Fail(Offset, $"found {Found(word)}, expected when, as in: review when amount > 1000" + (word.Length == 0 ? "" : Spelling.Suggest(word, ["when"])));
        Space();
        Offset = _next;
        return _next < _text.Length || Fail(_next, "found the end of the rule, expected a condition such as amount > 1000");
    }

    private bool ReadTag()
    {
        if (!Take('('))
            return Fail(_next, $"found {Found("")}, expected the tag's name: tag(\"name\")");
        Space();
        var start = _next;
        var quote = _next < _text.Length ? _text[_next] : '\0';
        var end = quote is '"' or '\'' ? _text.IndexOf(quote, _next + 1) : -1;
        if (end < 0)
            return Fail(start, $"found {Found("")}, expected the tag's name in quotes: tag(\"name\")");
        Tag = _text[(start + 1)..end];
        if (!RuleSetReader.IsName(Tag))
            return Fail(start, $"\"{Tag}\" is no tag: a lower-case letter, then up to 63 lower-case letters, digits and underscores");
        _next = end + 1;
        return Take(')') || Fail(_next, $"found {Found("")}, expected ) after the tag's name");
    }

    private bool ReadPoints()
    {
        if (!Take('('))
            return Fail(_next, $"found {Found("")}, expected points: score(+10)");
        Space();
        var start = _next;
        if (_next < _text.Length && _text[_next] is '+' or '-')
            _next++;
        while (_next < _text.Length && char.IsAsciiDigit(_text[_next]))
            _next++;
        var digits = _text.AsSpan(start, _next - start);
        if (!int.TryParse(digits, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var points)
            || points is 0 or < -100 or > 100)
            return Fail(start, $"found {Found(digits.ToString())}, expected a whole number of points from -100 to 100 other than 0, as in score(+10)");
        Points = points;
        return Take(')') || Fail(_next, $"found {Found("")}, expected ) after the points");
    }

    private string Word()
    {
        Space();
        Offset = _next;
        var start = _next;
        while (_next < _text.Length && (char.IsAsciiLetterOrDigit(_text[_next]) || _text[_next] == '_'))
            _next++;
        return _text[start.._next];
    }

    private bool Take(char symbol)
    {
        Space();
        if (_next >= _text.Length || _text[_next] != symbol)
            return false;
        _next++;
        return true;
    }

    private void Space()
    {
        while (_next < _text.Length && char.IsWhiteSpace(_text[_next]))
            _next++;
    }

    private readonly string Found(string word) => word.Length > 0 ? $"\"{word}\""
        : _next < _text.Length ? $"'{_text[_next]}'"
        : "the end of the rule";

    private bool Fail(int offset, string problem)
    {
        (Offset, Problem) = (offset, problem);
        return false;
    }
}
