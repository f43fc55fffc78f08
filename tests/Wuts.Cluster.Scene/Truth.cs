using System.Text.Json;

namespace Wuts.Cluster.Scene;

/// <summary>Holds an answer about a device against what is true.</summary>
internal static class Truth
{
    /// <summary>What is wrong with an answer that lists the contacts of a device; <see langword="null"/> when it is right.</summary>
    public static async Task<string?> FindFaultAsync(this SceneDevice device, HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
        {
            return $"{(int)answer.StatusCode} {text}";
        }

        using var json = JsonDocument.Parse(text);
        var names = json.RootElement.GetProperty("contacts").EnumerateArray()
            .Select(contact => contact.TryGetProperty("full_name", out var name) ? name.GetString()! : "")
            .Where(name => name != device.NewName)
            .Order(StringComparer.Ordinal);
        return names.SequenceEqual(device.Names, StringComparer.Ordinal) ? null : $"not the contacts of {device.Names[0]}: {text}";
    }

    /// <summary>What is wrong with the profile of <see cref="SceneDevice.Person"/>; <see langword="null"/> when it is right.</summary>
    public static async Task<string?> FindProfileFaultAsync(this SceneDevice device, HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode && text.Contains(device.Person.Jid.User, StringComparison.Ordinal)
            && text.Contains($"\"{device.Person.About.Text}\"", StringComparison.Ordinal)
            ? null
            : $"{(int)answer.StatusCode} {text}";
    }
}
