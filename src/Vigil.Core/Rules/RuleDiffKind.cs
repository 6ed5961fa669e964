namespace Vigil.Core.Rules;

/// <summary>What became of a rule from one set to another.</summary>
public enum RuleDiffKind
{
    Added,
    Removed,
    Changed,
}
