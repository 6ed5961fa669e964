namespace Vigil.Training.Simulation;

/// <summary>
/// Which terminals lie within the radius of a place. Terminals are sorted into a grid of cells at least one radius wide,
/// so that a look-up reads nine cells; no list per customer is kept, which would be most of the simulator's memory.
/// </summary>
internal sealed class TerminalMap
{
    private const double Side = 100;

    private readonly double _radius;
    private readonly int _cells;
    private readonly int[] _starts; // shape (cells * cells + 1): where each cell's terminals begin below
    private readonly int[] _terminals;
    private readonly double[] _x;
    private readonly double[] _y;

    public TerminalMap(SimulationOptions options)
    {
        _radius = options.Radius;
        // Not many more cells than terminals: a tiny radius must not cost memory.
        _cells = (int)Math.Clamp(Side / _radius, 1, Math.Max(1, Math.Sqrt(options.Terminals)));
        _starts = new int[_cells * _cells + 1];
        _terminals = new int[options.Terminals];
        _x = new double[options.Terminals];
        _y = new double[options.Terminals];

        var cellOf = new int[options.Terminals];
        for (var terminal = 0; terminal < cellOf.Length; terminal++)
        {
            var (x, y) = Position(options.Seed, terminal);
            cellOf[terminal] = Cell(y) * _cells + Cell(x);
            _starts[cellOf[terminal] + 1]++;
        }

        for (var cell = 1; cell < _starts.Length; cell++)
            _starts[cell] += _starts[cell - 1];

        var next = _starts.AsSpan(0, _cells * _cells).ToArray();
        for (var terminal = 0; terminal < cellOf.Length; terminal++)
        {
            var place = next[cellOf[terminal]]++;
            _terminals[place] = terminal;
            (_x[place], _y[place]) = Position(options.Seed, terminal);
        }
    }

    /// <summary>Where a terminal is: x and y in (0, 100).</summary>
    public static (double X, double Y) Position(ulong seed, int terminal)
    {
        var random = new RandomStream(seed, RandomPurpose.TerminalPosition, terminal);
        return (random.Uniform(0, Side), random.Uniform(0, Side));
    }

    public int CountWithin(double x, double y) => Scan(x, y, int.MaxValue).Seen;

    /// <summary>The terminal that has <paramref name="rank"/> others within the radius before it, in the map's fixed order.</summary>
    public int Nth(double x, double y, int rank) => Scan(x, y, rank).Terminal;

    private (int Seen, int Terminal) Scan(double x, double y, int rank)
    {
        var seen = 0;
        var limit = _radius * _radius;
        int left = Math.Max(Cell(x) - 1, 0), right = Math.Min(Cell(x) + 1, _cells - 1);
        int bottom = Math.Max(Cell(y) - 1, 0), top = Math.Min(Cell(y) + 1, _cells - 1);
        for (var row = bottom; row <= top; row++)
        {
            var end = _starts[row * _cells + right + 1];
            for (var i = _starts[row * _cells + left]; i < end; i++)
            {
                double dx = _x[i] - x, dy = _y[i] - y;
                if (dx * dx + dy * dy < limit && seen++ == rank)
                    return (seen, _terminals[i]);
            }
        }

        return (seen, -1);
    }

    private int Cell(double coordinate) => Math.Min((int)(coordinate / Side * _cells), _cells - 1);
}
