using Vigil.Core.Expressions.Values;

namespace Vigil.Core.Expressions.Compilation;

/// <summary>
/// What a macro has seen so far (cel-spec, langdef.md, "Macros"): all and exists combine like &amp;&amp; and ||, so that an
/// error gives way to an item that decides; in the others the first error ends it.
/// </summary>
internal struct MacroState
{
    private Value _error;
    private List<Value>? _items;
    private int _count;
    private bool _isDecided;

    public bool TakeAll(int truth) => TakeDeciding(truth, Truth.False);

    public bool TakeExists(int truth) => TakeDeciding(truth, Truth.True);

    public bool TakeExistsOne(int truth)
    {
        if (truth == Truth.True)
            _count++;
        return Skip(truth);
    }

    public bool TakeIf(int truth, Value item) => truth == Truth.True ? Take(item) : Skip(truth);

    public bool Take(Value item)
    {
        if (item.IsError)
            _error = item;
        else
            (_items ??= []).Add(item);
        return !item.IsError;
    }

    /// <summary>An item that does not count, or whose predicate failed.</summary>
    public bool Skip(int truth)
    {
        if (truth > Truth.True)
            _error = Truths.ToValue(truth);
        return truth <= Truth.True;
    }

    public readonly Value All() => _isDecided ? Value.False : _error.IsError ? _error : Value.True;

    public readonly Value Exists() => _isDecided ? Value.True : _error.IsError ? _error : Value.False;

    public readonly Value ExistsOne() => _error.IsError ? _error : Value.Of(_count == 1);

    public readonly Value List() => _error.IsError ? _error : Value.Of(_items is null ? [] : _items.ToArray());

    private bool TakeDeciding(int truth, int deciding)
    {
        _isDecided = truth == deciding;
        if (truth > Truth.True && !_error.IsError)
            _error = Truths.ToValue(truth);
        return !_isDecided;
    }
}
