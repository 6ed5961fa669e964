using System.Numerics;

namespace Vigil.Core.Rules;

/// <summary>A set of rules by their positions in the rule set: bit i % 64 of word i / 64.</summary>
/// <param name="words">The words; positions beyond them are not in the set.</param>
public readonly ref struct RuleBits(ReadOnlySpan<ulong> words)
{
    private readonly ReadOnlySpan<ulong> _words = words;

    /// <summary>Whether the rule of a position is in the set.</summary>
    public bool this[int rule] => rule >> 6 < _words.Length && (_words[rule >> 6] >> (rule & 63) & 1) != 0;

    public bool IsEmpty => !_words.ContainsAnyExcept(0UL);

    public int Count
    {
        get
        {
            var count = 0;
            foreach (var word in _words)
                count += BitOperations.PopCount(word);
            return count;
        }
    }

    public ReadOnlySpan<ulong> Words => _words;

    /// <summary>The positions, ascending.</summary>
    public Enumerator GetEnumerator() => new(_words);

    public ref struct Enumerator(ReadOnlySpan<ulong> words)
    {
        private readonly ReadOnlySpan<ulong> _words = words;
        private int _word = -1;
        private ulong _left;

        public int Current { get; private set; }

        public bool MoveNext()
        {
            while (_left == 0)
            {
                if (++_word >= _words.Length)
                    return false;
                _left = _words[_word];
            }

            Current = _word * 64 + BitOperations.TrailingZeroCount(_left);
            _left &= _left - 1;
            return true;
        }
    }
}
