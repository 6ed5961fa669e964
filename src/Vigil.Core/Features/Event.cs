namespace Vigil.Core.Features;

/// <summary>What an entity remembers of one transaction: 32 bytes.</summary>
internal struct Event
{
    /// <summary>Event time, microseconds.</summary>
    public long Time;

    /// <summary>Order of acceptance: breaks ties of time, and names the event to labels.</summary>
    public long Sequence;

    /// <summary>Amount in 1/10,000 of the major unit.</summary>
    public long Units;

    /// <summary>What is known of its label, in the low bits; <see cref="LabelId"/> in those above.</summary>
    public EventLabel Label;

    /// <summary>The label from outside that was applied, which the attached one gives way to; 0 for none.</summary>
    public long LabelId
    {
        readonly get => (long)Label >> EventLabels.Bits;
        set => Label = (EventLabel)(value << EventLabels.Bits) | (Label & EventLabels.All);
    }
}

/// <summary>What is known of an event's label.</summary>
[Flags]
internal enum EventLabel : long
{
    None = 0,

    /// <summary>A label counts by now.</summary>
    Known = 1,

    /// <summary>The label that counts says fraud.</summary>
    Fraud = 2,

    /// <summary>The transaction came with a label, which counts after the label delay.</summary>
    Attached = 4,

    /// <summary>The attached label says fraud.</summary>
    AttachedFraud = 8,
}

/// <summary>How <see cref="EventLabel"/> is laid out.</summary>
internal static class EventLabels
{
    public const int Bits = 4;

    public const EventLabel All = (EventLabel)((1 << Bits) - 1);
}
