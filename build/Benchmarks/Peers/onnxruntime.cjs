// Times one inference of a model with ONNX Runtime on one thread: node onnxruntime.cjs MODEL INPUTS SHAPES, where INPUTS holds the float32 inputs one
// after another and SHAPES their shapes ("1x3x8x8;1x4"). Prints the best milliseconds of several rounds, then every output value.
const fs = require('fs');
const path = require('path');
const ort = require(path.join(process.cwd(), 'node_modules', 'onnxruntime-node'));

async function main([model, inputs, shapes]) {
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', logSeverityLevel: 3 });
  const bytes = fs.readFileSync(inputs);
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const feeds = {};
  let at = 0;
  shapes.split(';').forEach((text, i) => {
    const shape = text === '' ? [] : text.split('x').map(Number);
    const count = shape.reduce((product, extent) => product * extent, 1);
    feeds[session.inputNames[i]] = new ort.Tensor('float32', values.slice(at, at + count), shape);
    at += count;
  });
  let results = await session.run(feeds);
  let best = Infinity;
  for (let round = 0; round < 10; round++) {
    const start = process.hrtime.bigint();
    let runs = 0;
    while (Number(process.hrtime.bigint() - start) < 1e8) {
      results = await session.run(feeds);
      runs++;
    }
    best = Math.min(best, Number(process.hrtime.bigint() - start) / 1e6 / runs);
  }
  console.log(best);
  for (const name of session.outputNames) {
    console.log(Array.from(results[name].data).join('\n'));
  }
}

main(process.argv.slice(2)).catch(error => { console.error(error.message); process.exit(1); });
