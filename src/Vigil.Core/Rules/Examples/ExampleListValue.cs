using Vigil.Core.Rules.Lists;

namespace Vigil.Core.Rules.Examples;

/// <summary>A value that is on a list.</summary>
/// <param name="List">The list's name.</param>
/// <param name="Type">The list's type.</param>
/// <param name="Value">The value.</param>
public sealed record ExampleListValue(string List, ListType Type, string Value);
