using System.Buffers;
using System.Globalization;
using System.Text;

namespace Vigil.Web.Caching;

/// <summary>One command with its arguments.</summary>
public readonly struct RedisCommand
{
    private readonly ReadOnlyMemory<byte>[] _parts;

    /// <param name="parts">The command's name, then its arguments.</param>
    public RedisCommand(params ReadOnlyMemory<byte>[] parts) => _parts = parts;

    /// <param name="parts">The command's name, then its arguments.</param>
    public RedisCommand(params string[] parts) => _parts = [.. parts.Select(part => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(part))];

    /// <summary>Writes it as RESP2: an array of byte strings, which may hold anything.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Header(output, '*', _parts.Length);
        foreach (var part in _parts)
        {
            Header(output, '$', part.Length);
            output.Write(part.Span);
            output.Write("\r\n"u8);
        }
    }

    private static void Header(IBufferWriter<byte> output, char kind, int number)
    {
        Span<byte> text = stackalloc byte[16];
        var written = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind}{number}\r\n"), text);
        output.Write(text[..written]);
    }
}
