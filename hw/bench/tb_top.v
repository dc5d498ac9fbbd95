// Test bench of an emitted classifier: drives `top(pix, cls)` from a file and checks every class.
//
// Works in Icarus Verilog 11 (-g2012) and Verilator 5 (--binary --timing); ../README.md has the commands.
// Set with -D on either command line:
//   FEATURES    bytes of one sample: `pix` is 8 times as wide
//   CLASS_BITS  width of `cls`
//   COUNT       number of samples in the files
// and, with +vectors=FOLDER at run time, the folder of features.hex and classes.hex, by default the current one.

`ifndef FEATURES
  `define FEATURES 64
`endif
`ifndef CLASS_BITS
  `define CLASS_BITS 4
`endif
`ifndef COUNT
  `define COUNT 1
`endif

module tb_top;
  localparam [31:0] MISSING = 32'hffff_ffff;  // no class: marks what the files did not fill
  localparam SHOWN = 10;                      // mismatches printed one by one

  reg  [8*`FEATURES-1:0] features [0:`COUNT-1];
  reg  [31:0]            classes  [0:`COUNT-1];
  reg  [8*`FEATURES-1:0] pix;
  wire [`CLASS_BITS-1:0] cls;
  wire [31:0]            got = {{(32 - `CLASS_BITS){1'b0}}, cls};
  reg  [8*1024-1:0]      folder;
  integer i, passed, failed;

  top dut (.pix(pix), .cls(cls));

  initial begin
    if (!$value$plusargs("vectors=%s", folder)) folder = ".";
    for (i = 0; i < `COUNT; i = i + 1) classes[i] = MISSING;
    $readmemh($sformatf("%0s/features.hex", folder), features);
    $readmemh($sformatf("%0s/classes.hex", folder), classes);
    passed = 0;
    failed = 0;
    for (i = 0; i < `COUNT; i = i + 1) begin
      pix = features[i];
      #1;
      // Case equality: an X in `cls` or in the files is a mismatch, never a match.
      if (got === classes[i]) passed = passed + 1;
      else begin
        failed = failed + 1;
        if (failed <= SHOWN) begin
          if (classes[i] === MISSING) $display("sample %0d: no class in classes.hex", i);
          else $display("sample %0d: cls is %0d, expected %0d", i, got, classes[i]);
        end
      end
    end
    if (failed > SHOWN) $display("... and %0d more", failed - SHOWN);
    $display("%0d passed, %0d failed", passed, failed);
    if (failed != 0) $fatal(1, "the circuit does not give the expected classes");
    $finish;
  end
endmodule
