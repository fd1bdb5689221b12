using EdgeAI.Compiler.Model;

namespace EdgeAI.Compiler.Tests.Model;

[TestClass]
public sealed class ModelTextTests
{
    [TestMethod]
    public void The_dump_is_exact()
    {
        string expected = """
            graph sample: 1 inputs, 4 outputs, 2 nodes, 3 constants, 18 constant bytes

            inputs
              image:0 int8[1,4,4,2]{scale=0.5 zero=-3}
            outputs
              flat int8[48]{scale=1 zero=127}
              flat int8[48]{scale=1 zero=127}
              empty float32[0,3]
              image:0 int8[1,4,4,2]{scale=0.5 zero=-3}

            nodes
              conv: Conv2D(StrideHeight=1, StrideWidth=1, DilationHeight=1, DilationWidth=1, PadTop=0, PadBottom=0, PadLeft=0, PadRight=0, Groups=1, Clamp=[0, 6]) image:0 int8[1,4,4,2]{scale=0.5 zero=-3}, "weights \"one\"" int8[3,1,1,2]{axis=0 scales:3}, bias int32[3] -> convolved int8[1,4,4,3]{scale=1 zero=127} from "CONV_2D #0 (conv)"
              reshape: Reshape(Extents=[48]) convolved int8[1,4,4,3]{scale=1 zero=127}, none -> flat int8[48]{scale=1 zero=127}

            constants
              "weights \"one\"" int8[3,1,1,2]{axis=0 scales=[0.1,0.25,1E-20] zeros=0} sha256:c288e6f2d304
              bias int32[3] sha256:01934b958b73
              empty float32[0,3] sha256:e3b0c44298fc

            """.ReplaceLineEndings("\n");
        Assert.AreEqual(expected, ModelText.Write(SampleModels.Graph()).Text);
    }

    [TestMethod]
    public void A_nodes_line_is_told_even_when_names_hold_line_ends()
    {
        Graph graph = SampleModels.Graph();
        graph.Nodes[0].Name = "first\r\nnode";
        graph.Inputs[0].Name = "in\u2028put\n";
        (string text, IReadOnlyDictionary<string, int> lineOfNode) = ModelText.Write(graph);
        string[] lines = text.Split('\n');
        StringAssert.StartsWith(lines[lineOfNode["first\r\nnode"] - 1], "  \"first\\u000d\\u000anode\": Conv2D(", StringComparison.Ordinal);
        StringAssert.StartsWith(lines[lineOfNode["reshape"] - 1], "  reshape: ", StringComparison.Ordinal);
        Assert.DoesNotContain("\u2028", text);
    }

    [TestMethod]
    public void Two_graphs_that_differ_in_one_weight_have_different_dumps()
    {
        Graph graph = SampleModels.Graph();
        byte[] bytes = graph.Nodes[0].Input(1).Constant!.Value.ToArray();
        bytes[5]++;
        Tensor old = graph.Nodes[0].Input(1);
        graph.Nodes[0].Inputs[1] = new Tensor(old.Name, old.Type, old.Shape) { Constant = bytes, Quantization = old.Quantization };
        Assert.AreNotEqual(ModelText.Write(SampleModels.Graph()).Text, ModelText.Write(graph).Text);
    }
}
