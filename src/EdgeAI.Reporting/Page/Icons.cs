namespace EdgeAI.Reporting.Page;

/// <summary>The signs in front of verdicts; their colour is that of the text around them.</summary>
internal static class Icons
{
    /// <summary>The sign of <c>good</c>, <c>warn</c> or <c>bad</c>.</summary>
    public static Html Of(string state) => Html.Of(
        $"""<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="8" /><path d="{Stroke(state)}" /></svg>""");

    private static string Stroke(string state) => state switch
    {
        "good" => "M4.5 8.3 7 10.8 11.5 5.6",
        "warn" => "M8 4v5M8 11.6v.2",
        _ => "M5.2 5.2 10.8 10.8M10.8 5.2 5.2 10.8",
    };
}
