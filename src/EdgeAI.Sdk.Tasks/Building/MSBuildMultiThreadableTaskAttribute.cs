namespace Microsoft.Build.Framework;

/// <summary>
/// Says that a task may run beside others in one process: it uses no current directory, environment or console. MSBuild matches the
/// attribute by name, so that tasks can carry it while compiling against a version that lacks it.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class MSBuildMultiThreadableTaskAttribute : Attribute;
