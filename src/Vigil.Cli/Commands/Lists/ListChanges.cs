using Vigil.Cli.Host;
using Vigil.Storage.Lists;

namespace Vigil.Cli.Commands.Lists;

/// <summary>Puts into words what became of a change to a list.</summary>
internal static class ListChanges
{
    /// <summary>Throws unless the change was made, or nothing was left to do.</summary>
    /// <param name="kind">What became of it.</param>
    /// <param name="list">The list's name.</param>
    /// <param name="problem">What is wrong with the value.</param>
    /// <exception cref="CommandException">It was not made.</exception>
    public static void Require(ListChangeKind kind, string list, string? problem = null)
    {
        var reason = kind switch
        {
            ListChangeKind.Done or ListChangeKind.Unchanged => null,
            ListChangeKind.NotFound => $"there is no list {list}: vigil lists list shows those that there are, vigil lists create makes one",
            ListChangeKind.InvalidName when list.Contains('/', StringComparison.Ordinal) =>
                $"{list} holds snoozes: vigil rules snooze changes them",
            ListChangeKind.InvalidName =>
                $"\"{list}\" is no name of a list: a lower-case letter, then up to 63 lower-case letters, digits and underscores",
            ListChangeKind.OtherType => $"the list {list} exists with another type, which cannot change: make one of another name",
            ListChangeKind.InvalidValue => $"the value {problem ?? "is not of the list's type"}",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
        if (reason is not null)
            throw new CommandException(reason, ExitCode.Failed);
    }
}
