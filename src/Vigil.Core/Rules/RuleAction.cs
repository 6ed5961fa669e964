namespace Vigil.Core.Rules;

/// <summary>What a rule asks for. Written in lower case in a rule set's JSON.</summary>
public enum RuleAction
{
    /// <summary>Lets the transaction pass, where nothing graver is asked for; with override, whatever is asked for.</summary>
    Allow,

    /// <summary>Has an analyst look at it.</summary>
    Review,

    /// <summary>Refuses it.</summary>
    Block,

    /// <summary>Marks it with a word, without any effect on the outcome.</summary>
    Tag,

    /// <summary>Adds to the model's score or takes from it.</summary>
    Score,
}
