namespace Vigil.Core.Expressions.Values;

/// <summary>The errors that evaluation ends in (cel-spec, langdef.md, "Runtime Errors").</summary>
internal static class Errors
{
    public static Value NoOverload { get; } = Value.Failed("no matching overload");

    public static Value NoSuchKey { get; } = Value.Failed("no such key");

    public static Value KeyType { get; } = Value.Failed("unsupported key type");

    public static Value RepeatedKey { get; } = Value.Failed("repeated key");

    public static Value NotSelectable { get; } = Value.Failed("only maps have members");

    public static Value BadIndex { get; } = Value.Failed("invalid argument: no such index");

    public static Value DivisionByZero { get; } = Value.Failed("division by zero");

    public static Value Overflow { get; } = Value.Failed("overflow: the result is out of range");

    public static Value OutOfRange { get; } = Value.Failed("range error: the value does not fit the type");

    public static Value NotANumber { get; } = Value.Failed("the text is no such number");

    public static Value NotABool { get; } = Value.Failed("type conversion error: the text is neither true nor false");

    public static Value NotUtf8 { get; } = Value.Failed("invalid UTF-8");

    public static Value NotATimestamp { get; } = Value.Failed("the text is no RFC 3339 timestamp in the range of years 1 to 9999");

    public static Value NotADuration { get; } = Value.Failed("the text is no duration such as 1h30m, or out of range");

    public static Value UnknownZone { get; } = Value.Failed("unknown time zone");

    public static Value BadPattern { get; } = Value.Failed("the pattern is no regular expression of RE2");

    public static Value UnknownName { get; } = Value.Failed("unknown name");

    public static Value UnknownFunction { get; } = Value.Failed("unknown function");

    public static Value MessageType { get; } = Value.Failed("message types are not known here");

    public static Value TooManyItems { get; } = Value.Failed("a list or map of an attribute has too many items");

    public static Value Condition { get; } = Value.Failed("a condition ended in an error");
}
