
/* Sums stay in registers for 64 columns at a time, then for 16, then for the rest. The processor
   cannot predict the rows of the weight, so it prefetches them AHEAD entries before. */
enum { WIDE = 4, AHEAD = 8 };

/* out[0..<16 * blocks] += sum over the entries of value * the part of the weight row */
INLINE void add_rows(int blocks, size_t entries, const uint16_t *columns, const float *values,
                     const float *weight, size_t width, float *out) {
  lanes sum[WIDE];
  for (int b = 0; b < blocks; b++) sum[b] = LOAD(out + b * LANES);
  for (size_t e = 0; e < entries; e++) {
    const float *row = weight + columns[e] * width;
    const float *next = weight + columns[e + AHEAD < entries ? e + AHEAD : e] * width;
    for (int b = 0; b < blocks; b++) {
      __builtin_prefetch(next + b * LANES);
      sum[b] = FMA(values[e], LOAD(row + b * LANES), sum[b]);
    }
  }
  for (int b = 0; b < blocks; b++) STORE(out + b * LANES, sum[b]);
}

static void ck_sparse_product(size_t n, const int32_t *starts, const uint16_t *columns,
                              const float *values, const float *weight, size_t width,
                              const float *bias, const int32_t *bias_row, float *out) {
  for (size_t i = 0; i < n; i++) {
    size_t start = starts[i], entries = starts[i + 1] - starts[i];
    const uint16_t *c = columns + start;
    const float *v = values + start;
    float *row = out + i * width;
    if (bias) memcpy(row, bias + (bias_row ? bias_row[i] * width : 0), width * sizeof(float));
    else memset(row, 0, width * sizeof(float));
    size_t j = 0;
    for (; j + WIDE * LANES <= width; j += WIDE * LANES)
      add_rows(WIDE, entries, c, v, weight + j, width, row + j);
    for (; j + LANES <= width; j += LANES)
      add_rows(1, entries, c, v, weight + j, width, row + j);
    for (size_t e = 0; j < width && e < entries; e++)
      for (size_t l = j; l < width; l++)
        row[l] = __builtin_fmaf(v[e], weight[c[e] * width + l], row[l]);
  }
}

static int ck_rows_ascend(size_t n, const int32_t *starts, const uint16_t *columns, size_t width) {
  int ascend = 1;
  for (size_t i = 0; i < n; i++) {
    const uint16_t *row = columns + starts[i];
    size_t entries = starts[i + 1] - starts[i];
    unsigned descents = 0;
    for (size_t e = 1; e < entries; e++) descents += row[e - 1] >= row[e];
    ascend &= descents == 0 && (entries == 0 || row[entries - 1] < width);
  }
  return ascend;
}

static void ck_row_sums(size_t n, const int32_t *starts, const float *values, float *sums) {
  for (size_t i = 0; i < n; i++) {
    lanes total = {}, part;
    size_t last = starts[i + 1];
    for (size_t e = starts[i]; e < last; e += LANES) {
      lanes_load(&part, values + e, last - e < LANES ? (int)(last - e) : LANES);
      total += part;
    }
    sums[i] = lanes_sum(&total);
  }
}

/* The first entry of an ascending row whose column is at least `column`; without branches that
   depend on the columns. */
INLINE const uint16_t *lower_bound(const uint16_t *columns, size_t count, size_t column) {
  while (count > 1) {
    size_t half = count / 2;
    columns += columns[half - 1] < column ? half : 0;
    count -= half;
  }
  return columns + (count == 1 && *columns < column);
}

/* The gradient's rows are computed one by one in registers, so the entries of some cells are
   first sorted by gene. */
enum { CELLS = 64, GENES = 256 };

struct entry {
  float value;
  uint32_t cell;
};

/* dweight[0..<16 * blocks] (+)= sum over the entries of value * the part of the gradient row */
INLINE void add_entries(int blocks, size_t count, const struct entry *entries,
                        const float *dout, size_t width, int accumulate, float *dweight) {
  lanes sum[WIDE];
  for (int b = 0; b < blocks; b++)
    sum[b] = accumulate ? LOAD(dweight + b * LANES) : (lanes){};
  for (size_t e = 0; e < count; e++) {
    const float *row = dout + entries[e].cell * width;
    for (int b = 0; b < blocks; b++)
      sum[b] = FMA(entries[e].value, LOAD(row + b * LANES), sum[b]);
  }
  for (int b = 0; b < blocks; b++) STORE(dweight + b * LANES, sum[b]);
}

INLINE void block_gradient(size_t n, const int32_t *starts, const uint16_t *columns,
                           const float *values, const float *dout, size_t width, size_t first,
                           size_t last, int accumulate, float *dweight) {
  struct entry entries[GENES][CELLS];
  uint32_t counts[GENES] = {0};
  for (size_t i = 0; i < n; i++) {
    const uint16_t *end = columns + starts[i + 1];
    const uint16_t *c = lower_bound(columns + starts[i], starts[i + 1] - starts[i], first);
    const float *v = values + (c - columns);
    for (; c < end && *c < last; c++, v++) {
      size_t gene = *c - first;
      entries[gene][counts[gene]++] = (struct entry){*v, (uint32_t)i};
    }
  }
  size_t j = 0;
#define COLUMNS(blocks)                                                                       \
  for (size_t g = 0; g < last - first; g++)                                                   \
  add_entries(blocks, counts[g], entries[g], dout + j, width, accumulate,                     \
              dweight + (first + g) * width + j)
  for (; j + WIDE * LANES <= width; j += WIDE * LANES) COLUMNS(WIDE);
  for (; j + LANES <= width; j += LANES) COLUMNS(1);
#undef COLUMNS
  for (size_t g = 0; j < width && g < last - first; g++) {
    float *row = dweight + (first + g) * width;
    for (size_t l = j; l < width; l++) {
      float sum = accumulate ? row[l] : 0;
      for (size_t e = 0; e < counts[g]; e++)
        sum = __builtin_fmaf(entries[g][e].value, dout[entries[g][e].cell * width + l], sum);
      row[l] = sum;
    }
  }
}

static void ck_sparse_gradient(size_t n, const int32_t *starts, const uint16_t *columns,
                               const float *values, const float *dout, size_t width,
                               size_t first, size_t last, int accumulate, float *dweight) {
  for (size_t gene = first; gene < last; gene += GENES)
    for (size_t i = 0; i < n; i += CELLS)
      block_gradient(n - i < CELLS ? n - i : CELLS, starts + i, columns, values,
                     dout + i * width, width, gene, last - gene < GENES ? last : gene + GENES,
                     accumulate || i > 0, dweight);
}

static void ck_sums_by_row(size_t n, size_t width, const int32_t *row, const float *x, size_t rows,
                    float *sums) {
  memset(sums, 0, rows * width * sizeof(float));
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < width; j++) sums[row[i] * width + j] += x[i * width + j];
}
