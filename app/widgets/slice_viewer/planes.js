// @ts-check
// Axial, coronal and sagittal pictures: which voxel stands where, in mm.

/**
 * @typedef {"slice" | "row" | "column"} Axis
 * @typedef {Record<Axis, number>} Voxel
 * @typedef {Record<"left" | "right" | "top" | "bottom", string>} Marks  letters of the patient
 * @typedef {object} Plane            how pictures are cut out of the volume
 * @property {"axial" | "coronal" | "sagittal"} name
 * @property {Axis} axis              along which it is scrolled
 * @property {number} rows            of a picture
 * @property {number} columns
 * @property {number} row_mm          height of a pixel
 * @property {number} column_mm       width of a pixel
 * @property {Marks} marks
 * @property {(lps: number[]) => number} positionOf  of the picture that shows a point
 * @property {(lps: number[]) => Point} pixelOf      that shows a point
 * @property {(position: number, pixel: Point) => number[]} lpsAt  point that a pixel shows
 * @property {number} lean            pixels down for each to the right, of the line of a slice
 * @property {Upright} [upright]      where each pixel comes from; axial pictures are the slices
 * @typedef {object} Upright
 * @property {Int16Array} slices      under each pixel, -1 outside
 * @property {Int32Array} along       voxels from the first of its row or column
 * @property {Int32Array} shifts      of each slice against the first, along the plane's axis
 * @property {number} stride          voxels from one position to the next
 */

/**
 * The three planes of a stack.  Coronal and sagittal stand on the way from slice to slice and are
 * true in the patient's mm, also where a tilted gantry leans the slices.
 * @param {Geometry} geometry
 * @returns {Record<"axial" | "coronal" | "sagittal", Plane>}
 */
function planesOf(geometry) {
  const { shape: [, rows, columns], pixel_spacing_mm: [row_mm, column_mm], marks } = geometry;
  const { row_axis, column_axis, up } = geometry;
  const sliceOf = (/** @type {number[]} */ lps) => nearest(geometry.offsets_mm, dot(lps, geometry.normal));
  const height = dot(row_axis, up); // of the step to the next row: 0 without tilt
  const level = row_axis.map((part, i) => part - height * up[i]);
  const length = Math.sqrt(dot(level, level));
  /** @type {Side} */
  const sideways = { axis: "column", to: column_axis, step_mm: column_mm, count: columns, stride: 1 };
  /** @type {Side} */
  const backwards = {
    axis: "row", to: level.map((part) => part / length), step_mm: row_mm * length, count: rows,
    stride: columns,
  };
  const { left, right, top, bottom, cranial, caudal } = marks;
  return {
    axial: {
      name: "axial", axis: "slice", rows, columns, row_mm, column_mm, lean: 0,
      positionOf: sliceOf,
      pixelOf: (lps) => {
        const from = geometry.positions_mm[sliceOf(lps)];
        const way = lps.map((part, i) => part - from[i]);
        return [dot(way, column_axis) / column_mm + 0.5, dot(way, row_axis) / row_mm + 0.5];
      },
      lpsAt: (slice, [x, y]) => lpsOf({ slice, row: y - 0.5, column: x - 0.5 }, geometry),
      marks: { left, right, top, bottom },
    },
    coronal: {
      name: "coronal", ...uprightPlane(geometry, sideways, backwards, column_mm),
      marks: { left, right, top: cranial, bottom: caudal },
    },
    sagittal: {
      name: "sagittal", ...uprightPlane(geometry, backwards, sideways, row_mm),
      marks: { left: top, right: bottom, top: cranial, bottom: caudal },
    },
  };
}

/**
 * @typedef {object} Side    a level direction of the patient, and the voxels along it
 * @property {"row" | "column"} axis
 * @property {number[]} to   unit vector
 * @property {number} step_mm  from voxel to voxel
 * @property {number} count  of voxels
 * @property {number} stride
 */

/**
 * A plane in which a point lies in the slice whose offset along the normal is nearest to its own,
 * and there in the voxel that this slice's own position says: slices may be sheared, shifted and
 * unevenly spaced.
 * @param {Geometry} geometry
 * @param {Side} across   from left to right
 * @param {Side} through  along which the plane is scrolled
 * @param {number} mm     size of a pixel
 */
function uprightPlane({ offsets_mm, positions_mm, normal, up }, across, through, mm) {
  const firsts = positions_mm.map((position) => dot(position, across.to) - across.step_mm / 2);
  const left = Math.min(...firsts);
  const width_mm = Math.max(...firsts) - left + across.count * across.step_mm;
  const steep = dot(normal, up);
  const lean = dot(normal, across.to) / steep;
  const heightOf = (/** @type {number} */ offset, /** @type {number} */ x_mm) =>
    offset / steep - (left + x_mm) * lean;
  const borders = bordersOf(offsets_mm, mm);
  const [lowest, highest] = [borders[0], borders[offsets_mm.length]];
  const top = Math.max(heightOf(highest, 0), heightOf(highest, width_mm));
  const bottom = Math.min(heightOf(lowest, 0), heightOf(lowest, width_mm));
  const [rows, columns] = [Math.max(1, Math.round((top - bottom) / mm)), Math.round(width_mm / mm)];
  const slices = new Int16Array(rows * columns).fill(-1);
  const along = new Int32Array(rows * columns);
  for (let x = 0; x < columns; x++) {
    const x_mm = (x + 0.5) * mm;
    const voxels = firsts.map((first) => Math.floor((left + x_mm - first) / across.step_mm));
    for (let y = 0, slice = offsets_mm.length; y < rows; y++) {
      const height = top - (y + 0.5) * mm;
      while (slice >= 0 && height < heightOf(borders[slice], x_mm)) slice--;
      const voxel = voxels[slice]; // undefined above the last slice and below the first
      if (!(voxel >= 0 && voxel < across.count)) continue;
      slices[y * columns + x] = slice;
      along[y * columns + x] = voxel * across.stride;
    }
  }
  const places = positions_mm.map((position) => dot(position, through.to) / through.step_mm);
  const shifts = Int32Array.from(places, (place) => Math.round(place - places[0]));
  const slant = dot(normal, through.to) / steep;
  /** @type {Pick<Plane, "positionOf" | "pixelOf" | "lpsAt">} */
  const points = {
    positionOf: (lps) => Math.round(dot(lps, through.to) / through.step_mm - places[0]),
    pixelOf: (lps) => {
      const x_mm = dot(lps, across.to) - left;
      return [x_mm / mm, (top - heightOf(dot(lps, normal), x_mm)) / mm];
    },
    lpsAt: (position, [x, y]) => {
      const [sideways, inwards] = [left + x * mm, (places[0] + position) * through.step_mm];
      const upwards = top - y * mm - inwards * slant;
      return up.map((part, i) => sideways * across.to[i] + inwards * through.to[i] + upwards * part);
    },
  };
  const upright = { slices, along, shifts, stride: through.stride };
  const size = { rows, columns, row_mm: mm, column_mm: mm };
  return { axis: through.axis, ...size, ...points, lean, upright };
}

/**
 * Where slices begin and the last one ends: halfway to the neighbours, a lone slice a pixel high.
 * @param {number[]} offsets_mm  along the normal, ascending
 * @param {number} alone_mm
 */
function bordersOf(offsets_mm, alone_mm) {
  const between = offsets_mm.slice(1).map((offset, i) => (offset + offsets_mm[i]) / 2);
  const [first, last] = [offsets_mm[0], offsets_mm[offsets_mm.length - 1]];
  if (!between.length) return [first - alone_mm / 2, first + alone_mm / 2];
  return [2 * first - between[0], ...between, 2 * last - between[between.length - 1]];
}

/** @param {number[]} one  @param {number[]} other */
function dot(one, other) {
  return one.reduce((sum, part, i) => sum + part * other[i], 0);
}

/**
 * Index of the nearest number.
 * @param {number[]} numbers
 * @param {number} to
 */
function nearest(numbers, to) {
  const apart = numbers.map((number) => Math.abs(number - to));
  return apart.indexOf(Math.min(...apart));
}

/**
 * First voxel of each slice in an upright picture, -1 where the plane passes beside the slice.
 * @param {Upright} upright
 * @param {Axis} axis
 * @param {number} position
 * @param {Geometry} geometry
 */
function startsOf({ shifts, stride }, axis, position, { shape: [, rows, columns] }) {
  const count = axis === "row" ? rows : columns;
  return shifts.map((shift, slice) => {
    const at = position - shift;
    return at >= 0 && at < count ? slice * rows * columns + at * stride : -1;
  });
}

/**
 * Values of one picture, row by row.
 * @template {Int16Array | Uint8Array} T
 * @param {T} values  of the volume
 * @param {Plane} plane
 * @param {number} position
 * @param {Geometry} geometry
 * @param {number} [outside]  value where there is no voxel
 * @returns {T}
 */
function cut(values, { axis, rows, columns, upright }, position, geometry, outside = 0) {
  const pixels = rows * columns;
  if (!upright) {
    return /** @type {T} */ (values.subarray(position * pixels, (position + 1) * pixels));
  }
  const { slices, along } = upright;
  const starts = startsOf(upright, axis, position, geometry);
  const picture = new /** @type {any} */ (values).constructor(pixels);
  for (let i = 0; i < pixels; i++) {
    const start = slices[i] < 0 ? -1 : starts[slices[i]];
    picture[i] = start < 0 ? outside : values[start + along[i]];
  }
  return picture;
}

/**
 * Voxel under a pixel of a picture, null outside of it.
 * @param {Plane} plane
 * @param {number} position
 * @param {Point} pixel
 * @param {Geometry} geometry
 * @returns {Voxel | null}
 */
function voxelAt({ axis, rows, columns, upright }, position, [x, y], geometry) {
  const [row, column] = [Math.floor(y), Math.floor(x)];
  if (row < 0 || column < 0 || row >= rows || column >= columns) return null;
  if (!upright) return { slice: position, row, column };
  const pixel = row * columns + column;
  const slice = upright.slices[pixel];
  const start = slice < 0 ? -1 : startsOf(upright, axis, position, geometry)[slice];
  if (start < 0) return null;
  const index = start + upright.along[pixel];
  const [, down, across] = geometry.shape;
  return { slice, row: Math.floor(index / across) % down, column: index % across };
}

/**
 * Middle of the hematoma on an axial slice, of the slice where there is none.
 * @param {Uint8Array} mask  of the slice
 * @param {Geometry} geometry
 */
function middleOf(mask, { shape: [, rows, columns] }) {
  const inside = [...mask.keys()].filter((i) => mask[i]);
  if (!inside.length) return { row: rows >> 1, column: columns >> 1 };
  const row = Math.floor(inside[inside.length >> 1] / columns);
  const across = inside.filter((i) => Math.floor(i / columns) === row);
  return { row, column: across[across.length >> 1] % columns };
}

/**
 * Position of a voxel's center in the patient, LPS in mm.
 * @param {Voxel} voxel
 * @param {Geometry} geometry
 */
function lpsOf({ slice, row, column }, { positions_mm, row_axis, column_axis, pixel_spacing_mm }) {
  const [row_mm, column_mm] = pixel_spacing_mm;
  return positions_mm[slice].map(
    (origin, i) => origin + row * row_mm * row_axis[i] + column * column_mm * column_axis[i],
  );
}
