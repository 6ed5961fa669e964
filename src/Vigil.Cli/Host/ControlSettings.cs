using System.Globalization;
using System.Text;
using Vigil.Core.Decisions;

namespace Vigil.Cli.Host;

/// <summary>The control group that the variables ask for.</summary>
internal static class ControlSettings
{
    private const string ShareVariable = "CONTROL_GROUP_SHARE";
    private const string KeyVariable = "CONTROL_GROUP_KEY";

    /// <summary>Reads CONTROL_GROUP_SHARE and CONTROL_GROUP_KEY; null where there is to be none.</summary>
    /// <exception cref="CommandException">They cannot be used.</exception>
    public static ControlGroup? Read(Settings settings)
    {
        var (text, key) = (settings["CONTROL_GROUP_SHARE"], Key(settings));
        if (text is null)
            return null;
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) || share is not (>= 0 and <= ControlGroup.MaxShare))
        {
            throw new CommandException(string.Create(
                CultureInfo.InvariantCulture,
                $"{ShareVariable} is a share of the payments that the model would block, from 0 (none) to {ControlGroup.MaxShare}, such as 0.01; not \"{text}\""), ExitCode.Usage);
        }

        if (share == 0)
            return null;
        return key is not null ? new ControlGroup(share, key) : throw new CommandException(
            $"{ShareVariable} is set and {KeyVariable} is not: without a key that only Vigil knows, it could be foretold which payments are let through. Make one (openssl rand -hex 32), the same for all instances", ExitCode.Usage);
    }

    /// <summary>The key; null where none is set.</summary>
    /// <exception cref="CommandException">It is too short.</exception>
    public static byte[]? Key(Settings settings)
    {
        if (settings["CONTROL_GROUP_KEY"] is not { } key)
            return null;
        var bytes = Encoding.UTF8.GetBytes(key);
        return bytes.Length >= ControlGroup.MinKeyLength ? bytes : throw new CommandException(
            $"{KeyVariable} is shorter than {ControlGroup.MinKeyLength} characters: make another one (openssl rand -hex 32)", ExitCode.Usage);
    }
}
