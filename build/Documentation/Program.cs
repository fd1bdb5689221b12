using EdgeAI.Reporting.Documentation;

string root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "EdgeAI.Sdk.sln")))
{
    root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("run inside the repository");
}

foreach (string page in new[] { "README.md", "sdk/docs/operators.md", "sdk/docs/targets.md" })
{
    string path = Path.Combine(root, page);
    File.WriteAllText(path, SupportTables.Fill(File.ReadAllText(path)));
    Console.WriteLine(page);
}
