// The networks of the methods SeAFusion is compared with, as ONNX and as weights for `seafusion fuse`:
// both from the same seeded numbers. What they take and give are levels of 0..255.
import { Graph } from './onnx_writer.mjs';

const lrelu = (g, x) => g.op('LeakyRelu', [x], { alpha: 0.2 });

function densefuse(g, ir, vi) {
  const conv = (name, x, shape) => g.convolve(x, [`${name}.weight`, `${name}.bias`], [...shape, 3], 'reflect');
  const layer = (name, x, shape) => g.op('Relu', [conv(name, x, shape)]);
  const encode = (x) => {
    let t = layer('encoder.conv1_1', x, [16, 1]);
    for (let k = 1; k <= 3; ++k) {
      t = g.concatenate([layer(`encoder.dense_block_conv${k}`, t, [16, 16 * k]), t]);
    }
    return t;
  };
  // Both pictures share the encoder: as a batch.
  const both = encode(g.op('Concat', [ir, vi], { axis: 0 }));
  let x = g.op('ReduceSum', [both, g.constant([0], [1], 7)], { keepdims: 1 });
  x = layer('decoder.conv2_1', x, [64, 64]);
  x = layer('decoder.conv2_2', x, [32, 64]);
  x = layer('decoder.conv2_3', x, [16, 32]);
  return conv('decoder.conv2_4', x, [1, 16]);
}

function ifcnn(g, ir, vi) {
  const block = (name, x) => {
    const y = g.convolve(x, [`${name}.conv.weight`, null], [64, 64, 3], 'edge');
    const norm = [['weight', 1], ['bias', undefined], ['running_mean', undefined], ['running_var', 1]];
    return g.op('Relu', [g.op('BatchNormalization',
      [y, ...norm.map(([n, fixed]) => g.weight(`${name}.bn.${n}`, [64], fixed))], { epsilon: 1e-5 })]);
  };
  const mean = g.constant([0.485, 0.456, 0.406], [1, 3, 1, 1]);
  const deviation = g.constant([0.229, 0.224, 0.225], [1, 3, 1, 1]);
  const both = g.scale(g.op('Concat', [ir, vi], { axis: 0 }), 1 / 255);
  const x = g.op('Div', [g.op('Sub', [g.concatenate([both, both, both]), mean]), deviation]);
  const features = block('conv2', g.convolve(x, ['conv1.weight', null], [64, 3, 7], 'edge'));
  const fused = g.op('ReduceMax', [features], { axes: [0], keepdims: 1 });
  const result = g.convolve(block('conv3', fused), ['conv4.weight', 'conv4.bias'], [3, 64, 1], 'edge');
  const levels = g.op('Add', [g.op('Mul', [result, deviation]), mean]);
  return g.op('ReduceMean', [g.scale(levels, 255)], { axes: [1], keepdims: 1 });
}

function u2fusion(g, ir, vi) {
  const conv = (name, x, shape) => g.convolve(x, [`${name}.weight`, `${name}.bias`], [...shape, 3], 'reflect');
  let x = lrelu(g, conv('encoder.conv1_1', g.scale(g.concatenate([ir, vi]), 1 / 255), [44, 2]));
  for (let k = 1; k <= 5; ++k) {
    x = g.concatenate([lrelu(g, conv(`encoder.dense_block_conv${k}`, x, [44, 44 * k])), x]);
  }
  x = lrelu(g, conv('decoder.conv2_1', x, [128, 264]));
  x = lrelu(g, conv('decoder.conv2_2', x, [64, 128]));
  x = lrelu(g, conv('decoder.conv2_3', x, [32, 64]));
  return g.scale(g.op('Tanh', [conv('decoder.conv2_4', x, [1, 32])]), 127.5, 127.5);
}

function sdnet(g, ir, vi) {
  const conv = (name, x, shape) => g.convolve(x, [`${name}.weight`, `${name}.bias`], shape, 'zero');
  const path = (source, picture) => {
    const maps = [];
    for (let k = 1; k <= 4; ++k) {
      const x = k === 1 ? picture : k === 2 ? maps[0] : g.concatenate(maps);
      maps.push(lrelu(g, conv(`squeeze.${source}.conv${k}`, x, k === 1 ? [16, 1, 5] : [16, 16 * (k - 1), 3])));
    }
    return maps;
  };
  const a = path('ir', g.scale(ir, 1 / 127.5, -1)), b = path('vi', g.scale(vi, 1 / 127.5, -1));
  const all = g.concatenate(a.flatMap((map, k) => [map, b[k]]));
  // The half that training alone uses, which a file of weights holds, too.
  g.weight('decompose.split.weight', [128, 1, 1, 1], undefined, false);
  g.weight('decompose.split.bias', [128], undefined, false);
  for (const source of ['ir', 'vi']) {
    for (const [k, out, inputs] of [[1, 16, 128], [2, 4, 16], [3, 1, 4]]) {
      g.weight(`decompose.${source}.conv${k}.weight`, [out, inputs, 3, 3], undefined, false);
      g.weight(`decompose.${source}.conv${k}.bias`, [out], undefined, false);
    }
  }
  return g.scale(g.op('Tanh', [conv('squeeze.fuse', all, [1, 128, 1])]), 127.5, 127.5);
}

function gan(twoPaths) {
  return (g, ir, vi) => {
    const shapes = [[256, twoPaths ? 3 : 2, 5], [128, 256, 5], [64, 128, 3], [32, 64, 3]];
    const [a, b] = [ir, vi].map((x) => g.pad(g.scale(x, 1 / 127.5, -1), 6, 'edge'));
    const path = (suffix, x) => shapes.reduce((y, [out, inputs, kernel], i) => {
      const end = `${i + 1}${suffix}`, layer = `fusion_model/layer${end}`;
      const z = g.convolve(y, [`${layer}/w${end}`, `${layer}/b${end}`], [out, inputs, kernel], 'none');
      const one = g.constant(new Array(out).fill(1), [out]), zero = g.constant(new Array(out).fill(0), [out]);
      return lrelu(g, g.op('InstanceNormalization', [z, one, zero], { epsilon: 1e-5 }));
    }, x);
    let x = twoPaths ? path('', g.concatenate([a, a, b])) : path('', g.concatenate([a, b]));
    if (twoPaths) {
      const other = path('_vi', g.concatenate([b, b, a]));
      x = g.concatenate([x, other, x, other]);
    }
    const last = g.convolve(x, ['fusion_model/layer5/w5', 'fusion_model/layer5/b5'], [1, twoPaths ? 128 : 32, 1], 'none');
    return g.scale(g.op('Tanh', [last]), 127.5, 127.5);
  };
}

function rfnNest(g, ir, vi) {
  const [c1, c2, c3, c4] = [64, 112, 160, 208];
  const layer = (name, x, shape) =>
    g.op('Relu', [g.convolve(x, [`${name}.conv2d.weight`, `${name}.conv2d.bias`], shape, 'reflect')]);
  const block = (name, x, inputs, out) =>
    layer(`${name}.denseblock.1`, layer(`${name}.denseblock.0`, x, [inputs / 2, inputs, 3]), [out, inputs / 2, 1]);
  const pool = (x) => g.op('MaxPool', [x], { kernel_shape: [2, 2], strides: [2, 2] });
  const up = (x) => g.op('Resize', [x, '', g.constant([1, 1, 2, 2], [4])],
    { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' });
  const encode = (picture) => {
    const e1 = block('DB1_0', layer('conv0', picture, [16, 1, 1]), 16, c1);
    const e2 = block('DB2_0', pool(e1), c1, c2);
    const e3 = block('DB3_0', pool(e2), c2, c3);
    return [e1, e2, e3, block('DB4_0', pool(e3), c3, c4)];
  };
  const of = [encode(ir), encode(vi)];
  const [f1, f2, f3, f4] = [c1, c2, c3, c4].map((c, k) => {
    const name = `fusion_block${k + 1}`, [a, b] = [of[0][k], of[1][k]];
    let rest = g.concatenate([layer(`${name}.conv_ir`, a, [c, c, 3]), layer(`${name}.conv_vi`, b, [c, c, 3])]);
    rest = layer(`${name}.bottelblock.0`, rest, [c, 2 * c, 1]);
    rest = layer(`${name}.bottelblock.1`, rest, [c, c, 3]);
    rest = layer(`${name}.bottelblock.2`, rest, [c, c, 3]);
    return g.op('Add', [layer(`${name}.conv_fusion`, g.concatenate([a, b]), [c, 2 * c, 3]), rest]);
  });
  const join = (name, parts, below, inputs, out) => block(name, g.concatenate([...parts, up(below)]), inputs, out);
  const d11 = join('DB1_1', [f1], f2, c1 + c2, c1);
  const d21 = join('DB2_1', [f2], f3, c2 + c3, c2);
  const d12 = join('DB1_2', [f1, d11], d21, 2 * c1 + c2, c1);
  const d31 = join('DB3_1', [f3], f4, c3 + c4, c3);
  const d22 = join('DB2_2', [f2, d21], d31, 2 * c2 + c3, c2);
  const d13 = join('DB1_3', [f1, d11, d12], d22, 3 * c1 + c2, c1);
  return layer('conv_out', d13, [1, c1, 1]);
}

export const methods = {
  densefuse, 'rfn-nest': rfnNest, ifcnn, fusiongan: gan(false), ganmcc: gan(true), u2fusion, sdnet,
};

// {onnx, safetensors} of a method, for pictures of this size.
export function makeMethod(name, height, width) {
  const g = new Graph(height, width);
  const result = methods[name](g, g.input('inf'), g.input('vis'));
  return { onnx: g.onnx(result), safetensors: g.safetensors({ method: name }) };
}
