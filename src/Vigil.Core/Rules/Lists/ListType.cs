namespace Vigil.Core.Rules.Lists;

/// <summary>What the values of a list are. Stored as lower-case text: never rename.</summary>
public enum ListType
{
    /// <summary>Text, compared byte by byte.</summary>
    Text,

    /// <summary>An address of e-mail, compared in lower case.</summary>
    Email,

    /// <summary>An IPv4 or IPv6 address, or a range of them such as <c>10.0.0.0/8</c>.</summary>
    Ip,

    /// <summary>A number, compared by its value.</summary>
    Number,
}
