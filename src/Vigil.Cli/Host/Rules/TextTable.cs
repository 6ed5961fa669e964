namespace Vigil.Cli.Host.Rules;

/// <summary>Columns of text, each as wide as its widest value: numbers stand at the right.</summary>
internal sealed class TextTable(params string[] header)
{
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [];

    public void Add(params string[] row) => _rows.Add(row);

    public void Write(TextWriter to)
    {
        var widths = header.Select((name, i) => _rows.Select(row => row[i].Length).Append(name.Length).Max()).ToArray();
        var numbers = header.Select((_, i) => _rows.Count > 0 && _rows.TrueForAll(row => IsNumber(row[i]))).ToArray();
        foreach (var row in _rows.Prepend(header))
        {
            to.WriteLine(string.Join(
                Gap, row.Select((text, i) => numbers[i] ? text.PadLeft(widths[i]) : text.PadRight(widths[i]))).TrimEnd());
        }
    }

    private static bool IsNumber(string text) => text.Length > 0 && (char.IsAsciiDigit(text[0]) || text is "-" || text[0] == '-')
        && text.All(c => char.IsAsciiDigit(c) || c is '.' or ',' or '%' or '-');
}
